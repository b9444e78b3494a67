package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.indexer.IndexerShape;
import io.mla4j.flashmla.verification.IndexerCase;
import io.mla4j.flashmla.verification.IndexerTrial;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every twin must do. */
abstract class IndexerSuite extends TwinSuite {

  /** Heads of query tokens times keys that one test may compute. */
  private static final long WORK = 16_000_000;

  @Test
  void aSampleOfTheGrid() {
    check(
        sample(IndexerCase.grid(), IndexerCase::work, WORK, WORK / 6),
        (mla, point, seed) -> IndexerTrial.run(mla, point, seed, 200));
  }

  /** More scores than a wave has. */
  @Test
  void severalWaves() {
    IndexerCase point =
        new IndexerCase(
            new IndexerShape(1, 64, 1, 4),
            CacheFormat.BF16,
            ElementType.BF16,
            70_000,
            64,
            false,
            true,
            50);
    assertEquals(Optional.empty(), IndexerTrial.run(mla(), point, 1, 500));
  }

  @Test
  void topKOfRows() {
    float[] special = {0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1, -1};
    Random random = new Random(2);
    for (int width : new int[] {1, 2, 15, 16, 17, 100, 3000}) {
      for (int k : new int[] {0, 1, 7, width / 2, width - 1, width, width + 3}) {
        float[] rows = new float[4 * width];
        for (int i = 0; i < rows.length; i++) {
          boolean drawn = i < width || i >= 3 * width;
          rows[i] = drawn ? random.nextFloat() - 0.5f : special[random.nextInt(special.length)];
        }
        topK(rows, width, k);
      }
    }
  }

  private void topK(float[] rows, int width, int k) {
    int count = rows.length / width;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocateFrom(JAVA_FLOAT, rows);
      MemorySegment out = arena.allocate(JAVA_INT, Math.max(1, count * k));
      mla().topK(memory, count, width, new TokenIndices(out, k));
      for (int row = 0; row < count; row++) {
        int[] is = out.asSlice(4L * row * k, 4L * k).toArray(JAVA_INT);
        assertArrayEquals(largest(rows, row * width, width, k), is, width + " top " + k);
      }
    }
  }

  private static int[] largest(float[] rows, int from, int width, int k) {
    Comparator<Integer> highest =
        Comparator.comparing(
            i -> Float.isNaN(rows[from + i]) ? Double.POSITIVE_INFINITY : 0.0 - rows[from + i]);
    Comparator<Integer> numbers = Comparator.comparing(i -> Float.isNaN(rows[from + i]));
    int[] found =
        IntStream.range(0, width)
            .boxed()
            .sorted(numbers.thenComparing(highest))
            .limit(k)
            .mapToInt(i -> i)
            .sorted()
            .toArray();
    return IntStream.range(0, k).map(i -> i < found.length ? found[i] : -1).toArray();
  }
}
