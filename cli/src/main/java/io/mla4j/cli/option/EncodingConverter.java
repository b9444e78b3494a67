package io.mla4j.cli.option;

import java.nio.charset.Charset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a character encoding. */
final class EncodingConverter implements ITypeConverter<Charset> {

  @Override
  public Charset convert(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(
          "the encoding '" + name + "' is not known; use a name such as UTF-8 or ISO-8859-1");
    }
  }
}
