package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** A table of vectors, {@code weight} [entries, width], read by index. */
public final class Embedding extends Module {

  private final Parameter weight;

  public Embedding(Initializer initializer, long entries, long width, double deviation) {
    this.weight = parameter("weight", initializer.normal(deviation, entries, width));
  }

  /**
   * Reads rows.
   *
   * @param ids INT64 of any shape
   * @return [ids..., width]
   */
  public Tensor forward(Tensor ids) {
    return weight.value().engine().embedding(weight.value(), ids);
  }

  /** The table [entries, width]. */
  public Tensor weight() {
    return weight.value();
  }
}
