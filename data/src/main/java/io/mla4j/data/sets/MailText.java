package io.mla4j.data.sets;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of an e-mail as text: UTF-8 where they are that, else Windows-1252, in which any bytes
 * have a reading. Most such mails are Latin text; those in Chinese or Korean encodings come out as
 * accented letters, always the same for the same bytes, rather than as replacement characters.
 */
final class MailText {

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private MailText() {}

  static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      return windows(bytes);
    }
  }

  private static String windows(byte[] bytes) {
    char[] text = new String(bytes, WINDOWS).toCharArray();
    for (int i = 0; i < text.length; i++) {
      // Five bytes stand for nothing in Windows-1252; Latin-1 has control characters there.
      if (text[i] == '\uFFFD') {
        text[i] = (char) (bytes[i] & 0xFF);
      }
    }
    return new String(text);
  }

  /** What follows the headers; the whole text where nothing does. */
  static String body(String text) {
    int blank = text.indexOf("\n\n");
    String body = blank < 0 ? text : text.substring(blank + 2);
    return body.isBlank() ? text : body;
  }
}
