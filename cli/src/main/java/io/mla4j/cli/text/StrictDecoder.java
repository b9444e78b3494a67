package io.mla4j.cli.text;

import io.mla4j.data.DataException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;

/**
 * Bytes to text, without replacing what is no text.
 *
 * @param name of the file in errors
 */
record StrictDecoder(String name, Charset encoding) {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /**
   * Decodes.
   *
   * @param line where the bytes start, from 1
   * @throws DataException naming file, line and encoding
   */
  String decode(byte[] bytes, int length, long line) {
    try {
      String text =
          encoding
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, 0, length))
              .toString();
      boolean marked = line == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
      return marked ? text.substring(1) : text;
    } catch (CharacterCodingException failure) {
      throw new DataException(
          "%s, line %d: the bytes are not %s; name the file's encoding with --encoding."
              .formatted(name, line + badLines(bytes, length), encoding.name()),
          failure);
    }
  }

  /** Whole lines before the first bytes that are no text. */
  private long badLines(byte[] bytes, int length) {
    ByteBuffer input = ByteBuffer.wrap(bytes, 0, length);
    encoding.newDecoder().decode(input, java.nio.CharBuffer.allocate(length + 1), true);
    long lines = 0;
    for (int i = 0; i < input.position(); i++) {
      lines += bytes[i] == '\n' ? 1 : 0;
    }
    return lines;
  }
}
