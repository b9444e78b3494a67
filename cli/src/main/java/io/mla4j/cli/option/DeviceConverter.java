package io.mla4j.cli.option;

import io.mla4j.tensor.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a device as {@link Device#parse} does. */
final class DeviceConverter implements ITypeConverter<Device> {

  @Override
  public Device convert(String text) {
    try {
      return Device.parse(text);
    } catch (IllegalArgumentException unknown) {
      throw new TypeConversionException(unknown.getMessage());
    }
  }
}
