package io.mla4j.flashmla.prefill;

import io.mla4j.kernels.nativecode.Level;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the work of a prefill is divided, made once and used by every layer. A block is some query
 * tokens of one sequence with the heads that share a key head; blocks with many keys come first, so
 * that no thread is left with a long one at the end. Blocks of a head follow each other, so that
 * its keys and values stay in the last-level cache.
 */
public final class PrefillMetadata {

  /**
   * Query rows of a block, whose sums stay in the second-level cache with a tile of keys: of 2 MB
   * where there is AMX, else of 1 MB or less.
   */
  private static final int MOST_ROWS = NativeKernels.get().levels().contains(Level.AMX) ? 512 : 256;

  /** Fewer would spend more time on bringing keys than on products. */
  private static final int FEWEST_ROWS = 32;

  /** Blocks a thread should have, so that none waits long for another. */
  private static final int BLOCKS_PER_THREAD = 8;

  private final PrefillShape shape;
  private final boolean causal;
  private final int queryTokens;
  private final int keyTokens;
  private final List<PrefillBlock> blocks;

  /** The tokens of one sequence, counted over all. */
  private record Sequence(int firstQuery, int queries, int firstKey, int keys, boolean causal) {

    /** Keys that a query token of the sequence sees; 0 or less for none. */
    long visible(int query) {
      return causal ? (long) keys - queries + query + 1 : keys;
    }

    double pairs() {
      return LatentForm.pairs(queries, keys, causal);
    }
  }

  private PrefillMetadata(
      PrefillShape shape,
      boolean causal,
      int queryTokens,
      int keyTokens,
      List<PrefillBlock> blocks) {
    this.shape = shape;
    this.causal = causal;
    this.queryTokens = queryTokens;
    this.keyTokens = keyTokens;
    this.blocks = blocks;
  }

  public static PrefillMetadata of(
      PrefillShape shape, int[] cuSeqlensQ, int[] cuSeqlensK, boolean causal, int threads) {
    check("cuSeqlensQ", cuSeqlensQ);
    check("cuSeqlensK", cuSeqlensK);
    if (cuSeqlensQ.length != cuSeqlensK.length) {
      throw new IllegalArgumentException(
          "cuSeqlensQ and cuSeqlensK are of %d and %d sequences."
              .formatted(cuSeqlensQ.length - 1, cuSeqlensK.length - 1));
    }
    List<Sequence> sequences =
        IntStream.range(0, cuSeqlensQ.length - 1)
            .mapToObj(
                b ->
                    new Sequence(
                        cuSeqlensQ[b],
                        cuSeqlensQ[b + 1] - cuSeqlensQ[b],
                        cuSeqlensK[b],
                        cuSeqlensK[b + 1] - cuSeqlensK[b],
                        causal))
            .sorted(Comparator.comparingDouble(Sequence::pairs).reversed())
            .toList();
    return new PrefillMetadata(
        shape,
        causal,
        cuSeqlensQ[cuSeqlensQ.length - 1],
        cuSeqlensK[cuSeqlensK.length - 1],
        divide(shape, sequences, threads));
  }

  private static void check(String name, int[] starts) {
    if (starts.length == 0 || starts[0] != 0) {
      throw new IllegalArgumentException(name + " must start with 0.");
    }
    for (int b = 1; b < starts.length; b++) {
      if (starts[b] < starts[b - 1]) {
        throw new IllegalArgumentException(
            "%s[%d] is %d, less than the %d before it."
                .formatted(name, b, starts[b], starts[b - 1]));
      }
    }
  }

  private static List<PrefillBlock> divide(
      PrefillShape shape, List<Sequence> sequences, int threads) {
    int rows = MOST_ROWS;
    List<PrefillBlock> blocks = cut(shape, sequences, tokensOf(shape, rows));
    while (threads > 1 && blocks.size() < threads * BLOCKS_PER_THREAD && rows > FEWEST_ROWS) {
      rows /= 2;
      blocks = cut(shape, sequences, tokensOf(shape, rows));
    }
    return blocks;
  }

  private static int tokensOf(PrefillShape shape, int rows) {
    return Math.max(1, rows / shape.headsPerKey());
  }

  private static List<PrefillBlock> cut(PrefillShape shape, List<Sequence> all, int tokens) {
    List<PrefillBlock> blocks = new ArrayList<>();
    for (Sequence sequence : all) {
      for (int head = 0; head < shape.keyHeads(); head++) {
        for (int end = sequence.queries(); end > 0; end -= tokens) {
          int first = Math.max(0, end - tokens);
          blocks.add(
              new PrefillBlock(
                  head,
                  sequence.firstQuery() + first,
                  end - first,
                  sequence.firstKey(),
                  sequence.keys(),
                  sequence.visible(first)));
        }
      }
    }
    return List.copyOf(blocks);
  }

  public PrefillShape shape() {
    return shape;
  }

  /** Whether the last query of a sequence sees all of its keys and each other one key fewer. */
  public boolean causal() {
    return causal;
  }

  /** Query tokens of all sequences. */
  public int queryTokens() {
    return queryTokens;
  }

  /** Keys of all sequences. */
  public int keyTokens() {
    return keyTokens;
  }

  List<PrefillBlock> blocks() {
    return blocks;
  }
}
