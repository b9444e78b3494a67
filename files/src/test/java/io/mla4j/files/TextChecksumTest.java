package io.mla4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextChecksumTest {

  private static String of(String... texts) {
    TextChecksum checksum = new TextChecksum();
    List.of(texts).forEach(checksum::add);
    return checksum.finish();
  }

  @Test
  void itIsThatOfLengthsAndBytes() {
    byte[] bytes = {0, 0, 0, 2, (byte) 0xC3, (byte) 0xA4, 0, 0, 0, 1, 'b'};
    assertEquals(Checksum.of(bytes), of("ä", "b"));
  }

  @Test
  void whereTextsAreCutMatters() {
    assertNotEquals(of("ab", "c"), of("a", "bc"));
    assertNotEquals(of("ab"), of("ab", ""));
  }

  @Test
  void itStartsAnew() {
    TextChecksum checksum = new TextChecksum();
    checksum.add("a");
    assertEquals(of("a"), checksum.finish());
    assertEquals(of(), checksum.finish());
  }
}
