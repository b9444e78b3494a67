package io.mla4j.tensor;

/**
 * How an engine is started.
 *
 * @param device where its tensors lie
 * @param threads how many threads one operation may use
 */
public record EngineOptions(Device device, int threads) {

  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("An engine needs 1 thread or more, not " + threads + ".");
    }
  }

  /** The CPU with every processor the JVM may use. */
  public static EngineOptions defaults() {
    return new EngineOptions(Device.CPU, Runtime.getRuntime().availableProcessors());
  }
}
