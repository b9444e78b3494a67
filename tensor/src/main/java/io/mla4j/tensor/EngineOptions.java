package io.mla4j.tensor;

/**
 * How an engine is started.
 *
 * @param device where its tensors lie
 * @param threads how many threads one operation may use; 1,024 at most, since each is started
 */
public record EngineOptions(Device device, int threads) {

  private static final int MOST_THREADS = 1024;

  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("An engine needs 1 thread or more, not " + threads + ".");
    }
    if (threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "An engine takes %,d threads at most, not %,d.".formatted(MOST_THREADS, threads));
    }
  }

  /** The CPU with every processor the JVM may use. */
  public static EngineOptions defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new EngineOptions(Device.CPU, Math.min(processors, MOST_THREADS));
  }
}
