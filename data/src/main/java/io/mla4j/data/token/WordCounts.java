package io.mla4j.data.token;

import java.util.HashMap;
import java.util.Map;

/** How often each word of some texts occurs. */
final class WordCounts {

  /**
   * Longer words are counted in pieces: no token grows this long, and one endless word would be
   * scanned anew at every merge.
   */
  private static final int LONGEST = 256;

  private static final class Count {
    private long value;
  }

  private static final long REPORT_EVERY = 1 << 20;

  private final Map<String, Count> counts = new HashMap<>();
  private final long maxCharacters;
  private final BpeProgress progress;
  private long characters;
  private long nextReport = REPORT_EVERY;

  WordCounts(long maxCharacters, BpeProgress progress) {
    this.maxCharacters = maxCharacters;
    this.progress = progress;
  }

  static WordCounts of(Iterable<String> texts, BpeOptions options, BpeProgress progress) {
    WordCounts words = new WordCounts(options.maxCharacters(), progress);
    for (String text : texts) {
      if (!words.add(options.normalization().of(text))) {
        break;
      }
    }
    return words;
  }

  /** Counts a text's words and says whether there is room for more. */
  boolean add(String text) {
    int length = (int) Math.min(text.length(), maxCharacters - characters);
    int start = 0;
    while (start < length) {
      int end = Math.min(WordSplitter.wordEnd(text, start), length);
      addWord(text.substring(start, end));
      start = end;
    }
    characters += length;
    if (characters >= nextReport) {
      progress.report(BpeProgress.Stage.READING, characters, maxCharacters);
      nextReport = characters + REPORT_EVERY;
    }
    return characters < maxCharacters;
  }

  private void addWord(String word) {
    for (int start = 0; start < word.length(); ) {
      int end = Math.min(start + LONGEST, word.length());
      boolean splitsPair = end < word.length() && Character.isLowSurrogate(word.charAt(end));
      end = splitsPair ? end + 1 : end;
      String piece = start == 0 && end == word.length() ? word : word.substring(start, end);
      counts.computeIfAbsent(piece, unused -> new Count()).value++;
      start = end;
    }
  }

  /** The words as token ids, given each byte's. */
  Words words(int[] byteIds) {
    int[][] symbols = new int[counts.size()][];
    long[] frequencies = new long[counts.size()];
    int index = 0;
    for (Map.Entry<String, Count> entry : counts.entrySet()) {
      symbols[index] = ids(entry.getKey(), byteIds);
      frequencies[index++] = entry.getValue().value;
    }
    return new Words(symbols, frequencies);
  }

  private static int[] ids(String word, int[] byteIds) {
    int[] bytes = ByteAlphabet.bytes(word);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = byteIds[bytes[i]];
    }
    return bytes;
  }
}
