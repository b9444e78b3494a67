package io.mla4j.cuda.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecodeArgumentsTest {

  /** As the kernel divides. */
  private static int quotient(int number, int multiplier, int shift) {
    int product = (int) (Integer.toUnsignedLong(multiplier) * number >>> 32);
    return product + number >>> shift;
  }

  private static void assertDivides(int divisor, IntStream numbers) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = new DecodeArguments(arena).divisor(divisor).memory();
      int multiplier = memory.get(JAVA_INT, 0);
      int shift = memory.get(JAVA_INT, Integer.BYTES);
      numbers.forEach(
          n -> assertEquals(n / divisor, quotient(n, multiplier, shift), n + "/" + divisor));
    }
  }

  @Test
  void everyDivisorGivesTheQuotient() {
    SplittableRandom random = new SplittableRandom(1);
    int[] edges = {1, 2, 3, 61, 64, 69, 576, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE};
    IntStream.concat(IntStream.of(edges), random.ints(1000, 1, Integer.MAX_VALUE))
        .forEach(
            divisor ->
                assertDivides(
                    divisor,
                    IntStream.concat(
                        IntStream.of(0, divisor - 1, divisor, Integer.MAX_VALUE),
                        random.ints(50, 0, Integer.MAX_VALUE))));
  }
}
