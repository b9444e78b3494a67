package io.mla4j.data.sets;

import java.nio.charset.Charset;
import java.util.List;

/** A text file's lines. */
final class Lines {

  private Lines() {}

  static List<String> of(byte[] file, Charset encoding) {
    return new String(file, encoding).lines().filter(line -> !line.isBlank()).toList();
  }
}
