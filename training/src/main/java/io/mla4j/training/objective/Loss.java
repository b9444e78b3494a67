package io.mla4j.training.objective;

import io.mla4j.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a batch is to be made better at: a sum over as many things as are counted, such as documents
 * or predicted tokens. It is held as {@code sum / count}, because a batch that is a whole step then
 * has the very gradients of its mean, without a rounding by the count and back.
 *
 * @param mean {@code sum / count}, rank 0, with gradients
 * @param count how many things, above 0; the objective said it before the forward pass
 * @param auxiliary further losses by name, each a mean of rank 0 that already has its own weight,
 *     such as a router's load balance; they are added, weighed by the batch's share of the count
 * @param figures what else the forward pass tells by name, such as the load of experts; a step's
 *     are the batches' mean by their share of the count
 */
public record Loss(
    Tensor mean, double count, Map<String, Tensor> auxiliary, Map<String, Double> figures) {

  public Loss {
    if (!(count > 0 && count < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("A loss is over a count above 0, not " + count + ".");
    }
    auxiliary = Collections.unmodifiableMap(new LinkedHashMap<>(auxiliary));
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** A mean over so many things, and nothing else. */
  public static Loss ofMean(Tensor mean, double count) {
    return new Loss(mean, count, Map.of(), Map.of());
  }

  /** A sum over so many things, and nothing else. */
  public static Loss ofSum(Tensor sum, double count) {
    return ofMean(sum.mul(1 / count), count);
  }

  /** The same with another auxiliary loss. */
  public Loss withAuxiliary(String name, Tensor loss) {
    Map<String, Tensor> more = new LinkedHashMap<>(auxiliary);
    more.put(name, loss);
    return new Loss(mean, count, more, figures);
  }

  /** The same with another figure. */
  public Loss withFigure(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(figures);
    more.put(name, value);
    return new Loss(mean, count, auxiliary, more);
  }
}
