package io.mla4j.data.batch;

import java.util.Random;

/** Shuffling that depends on a seed and a number alone, on every JVM. */
public final class SeededOrder {

  private SeededOrder() {}

  /** Random numbers of an epoch; neighbouring seeds and epochs have nothing in common. */
  public static Random random(long seed, long epoch) {
    return new Random(mix(mix(seed) + epoch));
  }

  /** The output function of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** Every order is as likely as any other. */
  public static void shuffle(int[] items, Random random) {
    for (int i = items.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int held = items[i];
      items[i] = items[other];
      items[other] = held;
    }
  }

  static <T> void shuffle(T[] items, Random random) {
    for (int i = items.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      T held = items[i];
      items[i] = items[other];
      items[other] = held;
    }
  }
}
