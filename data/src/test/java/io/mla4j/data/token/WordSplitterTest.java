package io.mla4j.data.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WordSplitterTest {

  private static final String SPACE = "\\u0009-\\u000D\\u0020\\u0085\\p{Z}";
  private static final Pattern GPT2 =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^"
              + SPACE
              + "\\p{L}\\p{N}]+|["
              + SPACE
              + "]+(?![^"
              + SPACE
              + "])|["
              + SPACE
              + "]+");

  private static final String[] PIECES = {
    " ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u0085", "\u001c", "a", "Zoë", "漢字", "9",
    "½", "Ⅷ", "'s", "'ll", "'", "'RE", "!", "--", "😀", "𝒳", "e\u0301", "'d", "\u200b", "'r"
  };

  private static List<String> scanned(String text) {
    List<String> words = new ArrayList<>();
    for (int start = 0; start < text.length(); ) {
      int end = WordSplitter.wordEnd(text, start);
      words.add(text.substring(start, end));
      start = end;
    }
    return words;
  }

  private static List<String> matched(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = GPT2.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  @Test
  void cutsAsTheRegularExpressionDoes() {
    Random random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      assertEquals(matched(text.toString()), scanned(text.toString()));
    }
  }
}
