package io.mla4j.kernels.peak;

/**
 * How long a peak is looked for.
 *
 * @param samples the best of so many counts, as a fresh process starts slowly
 * @param rounds of a probe's loop in one piece of work
 * @param readBytes the buffer that is read: several times the last-level cache, which is 300 MB on
 *     some servers
 */
public record Effort(int samples, long rounds, long readBytes) {

  /** Some seconds in all. */
  public static final Effort FULL = new Effort(24, 400_000, 1L << 30);

  /** Some milliseconds; the figures mean nothing. */
  public static final Effort QUICK = new Effort(3, 1_000, 1L << 20);

  public Effort {
    if (samples < 1 || rounds < 1 || readBytes < 1) {
      throw new IllegalArgumentException(
          "A peak needs samples, rounds and bytes of 1 or more, not %d, %d and %d."
              .formatted(samples, rounds, readBytes));
    }
  }
}
