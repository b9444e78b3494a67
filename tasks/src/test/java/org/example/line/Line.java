package org.example.line;

import io.mla4j.nn.Forward;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Tensor;

/** y = a x + b. */
public final class Line extends Module implements Forward<Points.Few> {

  private final Linear linear;

  public Line(Initializer initializer) {
    this.linear = child("linear", new Linear(initializer, 1, 1, true));
  }

  @Override
  public Tensor forward(Points.Few batch) {
    Tensor weight = namedParameters().get("linear.weight").value();
    Tensor x = weight.engine().ofFloats(batch.x(), batch.x().length, 1);
    return linear.forward(x).squeeze(1);
  }
}
