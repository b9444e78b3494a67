package io.mla4j.models.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.SharedArchive;
import io.mla4j.models.convert.Llama2cVocabulary.Piece;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tokenizer written against llama2.c's own rule, which is spelled out here. */
class Llama2cTokenizerTest {

  private static final List<String> TEXTS =
      List.of(
          "Once upon a time, there was a little girl named Lily.",
          "\"It's too high,\" said the ball.\nLily's mom was sad!\n\n",
          " one  two   three    four     ",
          "the and the, andthe  tab\tand\r\nbreaks",
          "ababa babab aababb abababab",
          "naïve café, déjà vu éa éaéa",
          "中文字符 日本語 한국어 русский",
          "👍🏽 family 👨‍👩‍👧 flags 🇩🇪🇫🇷",
          "x",
          " ",
          "");

  private static final int[] LETTERS = "ab the,nd中é😀x".codePoints().toArray();

  @TempDir Path folder;

  @Test
  void smallVocabulary() {
    Path file = folder.resolve("tokenizer.bin");
    Llama2cFiles.write(file, Llama2cFiles.tokenizer(Llama2cFiles.pieces()));
    check(Llama2cVocabulary.read(file, Llama2cFiles.VOCABULARY));
  }

  @Test
  void vocabularyOfStories260k() {
    Path data = SharedArchive.unpack("stories260K", folder);
    check(Llama2cVocabulary.read(data.resolve("data/tok512.bin"), 512));
  }

  @Test
  void vocabularyOfLlama2() {
    Path data = SharedArchive.unpack("llama2c_tokenizer", folder);
    check(Llama2cVocabulary.read(data.resolve("tokenizer.bin"), 32_000));
  }

  private static void check(Llama2cVocabulary vocabulary) {
    Rule rule = new Rule(vocabulary.pieces());
    try (Tokenizer written = Tokenizer.parse(new SentencePieceJson(vocabulary).tree().toString())) {
      assertEquals(vocabulary.pieces().size(), written.vocabularySize());
      List<String> texts = new ArrayList<>(TEXTS);
      texts.addAll(randomTexts());
      for (String text : texts) {
        int[] ids = written.encode(text);
        assertArrayEquals(rule.encode(text), ids, text);
        assertEquals(text, written.decode(ids), text);
        assertEquals(text, rule.decode(ids), text);
      }
    }
  }

  private static List<String> randomTexts() {
    Random random = new Random(11);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder();
      random.ints(30, 0, LETTERS.length).forEach(at -> text.appendCodePoint(LETTERS[at]));
      texts.add(text.toString());
    }
    return texts;
  }

  /** What {@code encode} and {@code decode} of run.c do. */
  private static final class Rule {

    private final List<Piece> pieces;
    private final Map<String, Integer> ids = new HashMap<>();

    Rule(List<Piece> pieces) {
      this.pieces = pieces;
      for (int id = 0; id < pieces.size(); id++) {
        ids.put(pieces.get(id).text(), id);
      }
    }

    int[] encode(String text) {
      List<Integer> tokens = new ArrayList<>(List.of(1));
      if (!text.isEmpty()) {
        tokens.add(ids.get(" "));
      }
      text.codePoints().mapToObj(Character::toString).forEach(c -> addCharacter(c, tokens));
      while (joinBest(tokens)) {
        // until no two make a piece
      }
      return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private void addCharacter(String character, List<Integer> tokens) {
      if (ids.containsKey(character)) {
        tokens.add(ids.get(character));
        return;
      }
      for (byte each : character.getBytes(StandardCharsets.UTF_8)) {
        tokens.add((each & 0xff) + 3);
      }
    }

    private boolean joinBest(List<Integer> tokens) {
      float best = -1e10f;
      int at = -1;
      int joined = -1;
      for (int i = 0; i + 1 < tokens.size(); i++) {
        Integer id =
            ids.get(pieces.get(tokens.get(i)).text() + pieces.get(tokens.get(i + 1)).text());
        if (id != null && pieces.get(id).score() > best) {
          best = pieces.get(id).score();
          at = i;
          joined = id;
        }
      }
      if (at < 0) {
        return false;
      }
      tokens.set(at, joined);
      tokens.remove(at + 1);
      return true;
    }

    String decode(int[] tokens) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int i = 1; i < tokens.length; i++) {
        String piece = pieces.get(tokens[i]).text();
        if (tokens[i] >= 3 && tokens[i] < 259) {
          bytes.write(tokens[i] - 3);
        } else {
          boolean first = tokens[i - 1] == 1 && piece.startsWith(" ");
          bytes.writeBytes((first ? piece.substring(1) : piece).getBytes(StandardCharsets.UTF_8));
        }
      }
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
