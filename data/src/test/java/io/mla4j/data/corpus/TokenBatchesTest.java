package io.mla4j.data.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.token.CharacterVocabulary;
import io.mla4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TokenBatchesTest {

  private static final long NO = TokenBatch.IGNORED;

  /** Documents whose tokens are the letters' places in the alphabet, from 0. */
  private static TokenCorpus corpus(String... documents) {
    CharacterVocabulary letters =
        CharacterVocabulary.of(List.of("abcdefghijklmnopqrstuvwxyz"), List.of(), Optional.empty());
    try (Tokenizer tokenizer = letters.tokenizer()) {
      List<Piece> pieces = Arrays.stream(documents).map(Piece::whole).toList();
      return TokenCorpus.encode("test", pieces, tokenizer, done -> {});
    }
  }

  private static List<TokenBatch> epoch(TokenSource source, long epoch, long skip) {
    List<TokenBatch> batches = new ArrayList<>();
    try (BatchIterator<TokenBatch> iterator = source.batches(epoch, skip)) {
      iterator.forEachRemaining(batches::add);
    }
    return batches;
  }

  /** How often each token is foretold, by the token. */
  private static TreeMap<Long, Integer> foretold(TokenSource source, long epoch) {
    TreeMap<Long, Integer> times = new TreeMap<>();
    for (TokenBatch batch : epoch(source, epoch, 0)) {
      int predicted = 0;
      for (int i = 0; i < batch.tokens(); i++) {
        if (batch.targets()[i] != NO) {
          assertEquals(batch.ids()[i] + 1, batch.targets()[i]);
          times.merge(batch.targets()[i], 1, Integer::sum);
          predicted++;
        }
      }
      assertEquals(predicted, batch.predicted());
    }
    return times;
  }

  @Test
  void aBlockOverABorderIsTwoSequences() {
    TokenCorpus corpus = corpus("abc", "defgh", "i");
    List<TokenBatch> batches =
        epoch(new TokenBlocks(corpus, BlockSettings.consecutive(4, 8), 1), 0, 0);
    assertEquals(1, batches.size());
    TokenBatch batch = batches.getFirst();
    int second = Arrays.stream(batch.rows()).boxed().toList().indexOf(1);
    long[] ids = second == 0 ? new long[] {4, 5, 6, 7} : new long[] {0, 1, 2, 3};
    assertArrayEquals(ids, Arrays.copyOf(batch.ids(), 4));
    // The block abcd ends the document abc; efgh ends defgh, and i is not foretold.
    assertArrayEquals(
        second == 0 ? new long[] {5, 6, 7, NO, 1, 2, NO, 4} : new long[] {1, 2, NO, 4, 5, 6, 7, NO},
        batch.targets());
    assertArrayEquals(
        second == 0 ? new int[] {0, 4, 7, 8} : new int[] {0, 3, 4, 8}, batch.starts());
    assertEquals(6, batch.predicted());
  }

  @Test
  void consecutiveBlocksForetellEveryTokenOnce() {
    TokenCorpus corpus = corpus("abcdefghijklmnopqrstuvwxyz");
    TokenBlocks blocks = new TokenBlocks(corpus, BlockSettings.consecutive(4, 3), 7);
    assertEquals(7, blocks.examplesPerEpoch());
    assertEquals(3, blocks.batchesPerEpoch());
    for (long epoch = 0; epoch < 3; epoch++) {
      TreeMap<Long, Integer> times = foretold(blocks, epoch);
      assertEquals(25, times.size());
      assertTrue(times.values().stream().allMatch(count -> count == 1), times::toString);
    }
    for (TokenBatch batch : epoch(blocks, 0, 0)) {
      for (int row = 0; row < batch.rows().length; row++) {
        assertEquals(4 * row, batch.starts()[row]); // all of one length
      }
    }
  }

  @Test
  void aShortTextHasOneShortBlock() {
    TokenBlocks blocks = new TokenBlocks(corpus("abc"), BlockSettings.consecutive(8, 4), 1);
    TokenBatch batch = epoch(blocks, 0, 0).getFirst();
    assertArrayEquals(new long[] {0, 1}, batch.ids());
    assertArrayEquals(new long[] {1, 2}, batch.targets());
  }

  @Test
  void batchesAreAFunctionOfSeedEpochAndNumber() {
    TokenCorpus corpus = corpus("abcdefghijklmnopqrstuvwxyz");
    for (BlockSettings settings :
        List.of(BlockSettings.random(4, 3, 5), BlockSettings.consecutive(4, 2))) {
      TokenBlocks one = new TokenBlocks(corpus, settings, 7);
      List<String> whole = texts(epoch(one, 2, 0));
      assertEquals(one.batchesPerEpoch(), whole.size());
      assertEquals(whole, texts(epoch(new TokenBlocks(corpus, settings, 7), 2, 0)));
      assertEquals(whole.subList(2, whole.size()), texts(epoch(one, 2, 2)));
      assertTrue(!whole.equals(texts(epoch(one, 3, 0))));
      assertTrue(!whole.equals(texts(epoch(new TokenBlocks(corpus, settings, 8), 2, 0))));
    }
  }

  private static List<String> texts(List<TokenBatch> batches) {
    return batches.stream().map(batch -> Arrays.toString(batch.ids())).toList();
  }

  @Test
  void randomBlocksReachBothEnds() {
    TokenCorpus corpus = corpus("abcdefghij");
    TreeMap<Long, Integer> times =
        foretold(new TokenBlocks(corpus, BlockSettings.random(3, 4, 200), 3), 0);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), List.copyOf(times.keySet()));
  }

  @Test
  void windowsForetellEveryTokenButEachDocumentsFirstOnce() {
    TokenCorpus corpus = corpus("abcdefghijk", "l", "mn", "opqrstuvwxyz");
    for (int stride = 1; stride <= 5; stride++) {
      TokenWindows windows = new TokenWindows(corpus, 5, stride, 3);
      TreeMap<Long, Integer> times = foretold(windows, 0);
      assertEquals(10 + 1 + 11, windows.examplesPerEpoch());
      assertEquals(22, times.size());
      assertTrue(times.values().stream().allMatch(count -> count == 1), times::toString);
      assertEquals(windows.batchesPerEpoch(), epoch(windows, 0, 0).size());
      assertEquals(
          texts(epoch(windows, 0, 0)).subList(1, (int) windows.batchesPerEpoch()),
          texts(epoch(windows, 0, 1)));
    }
  }

  @Test
  void aWindowBringsContextWithIt() {
    TokenWindows windows = new TokenWindows(corpus("abcdefgh"), 4, 2, 1);
    List<TokenBatch> all = epoch(windows, 0, 0);
    assertArrayEquals(new long[] {0, 1, 2, 3}, all.get(0).ids());
    assertArrayEquals(new long[] {2, 3, 4, 5}, all.get(1).ids());
    assertArrayEquals(new long[] {NO, NO, 5, 6}, all.get(1).targets());
    assertArrayEquals(new long[] {4, 5, 6}, all.get(2).ids());
    assertArrayEquals(new long[] {NO, NO, 7}, all.get(2).targets());
    assertThrows(IllegalArgumentException.class, () -> new TokenWindows(corpus("abc"), 4, 5, 1));
  }
}
