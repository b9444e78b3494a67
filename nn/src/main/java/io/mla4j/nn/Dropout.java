package io.mla4j.nn;

import io.mla4j.tensor.Tensor;

/** While training, zeroes elements at random and scales the rest up (JMLR 15, 1929). */
public final class Dropout extends Module {

  private final double probability;

  public Dropout(double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "dropout is at least 0 and less than 1, not " + probability + ".");
    }
    this.probability = probability;
  }

  public Tensor forward(Tensor x) {
    return isTraining() && probability > 0 ? x.engine().dropout(x, probability) : x;
  }
}
