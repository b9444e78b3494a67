package io.mla4j.nn;

import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;

/** A model gives NaN or infinity where an answer is a number. */
public final class NotFiniteException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private NotFiniteException(String what) {
    super(
        ("The model gives NaN or infinity as %s: its weights are damaged, or its numbers overflow;"
                + " take another checkpoint of it.")
            .formatted(what));
  }

  /**
   * Gives an output on, all of which must be finite numbers.
   *
   * @param what it is, as {@code scores of the classes}
   * @throws NotFiniteException if one is not
   */
  public static Tensor require(Tensor output, String what) {
    try (TensorScope scope = TensorScope.open()) {
      // What is no number, or infinite, differs from itself by no number.
      require(output.sub(output).sum().item(), what);
    }
    return output;
  }

  /**
   * Gives a number on, which must be finite.
   *
   * @param what it is
   * @throws NotFiniteException if it is not
   */
  public static double require(double output, String what) {
    if (!Double.isFinite(output)) {
      throw new NotFiniteException(what);
    }
    return output;
  }
}
