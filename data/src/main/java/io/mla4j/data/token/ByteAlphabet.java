package io.mla4j.data.token;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The 256 bytes as printable characters, as GPT-2 writes them in its vocabulary: a byte that is a
 * visible Latin-1 character stands for itself, the others follow from U+0100 on.
 */
final class ByteAlphabet {

  static final int SIZE = 256;

  private static final char[] CHARACTERS = characters();

  private ByteAlphabet() {}

  private static char[] characters() {
    char[] characters = new char[SIZE];
    char next = SIZE;
    for (int value = 0; value < SIZE; value++) {
      boolean visible =
          value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
      characters[value] = visible ? (char) value : next++;
    }
    return characters;
  }

  static char character(int value) {
    return CHARACTERS[value];
  }

  /** All characters, each as a token, in ascending order. */
  static List<String> sorted() {
    return new String(CHARACTERS).chars().sorted().mapToObj(Character::toString).toList();
  }

  /** A word's bytes, 0 to 255 each. */
  static int[] bytes(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    return values;
  }
}
