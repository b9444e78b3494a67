package io.mla4j.tensor.operation;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.FusedOperation;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.Optional;

/**
 * The negative log-likelihood of labels, each weighted by its class, with label smoothing (arXiv
 * 1512.00567) as PyTorch's {@code cross_entropy} combines the two:
 *
 * <pre>{@code
 * sum = Σₙ (1 − ε) w[yₙ] · −log p[n, yₙ] + ε/C · Σ_c w[c] · −log p[n, c]
 * }</pre>
 *
 * over the labels that are not ignored; the mean is the sum divided by {@code Σₙ w[yₙ]}, and NaN
 * where every label is ignored.
 *
 * @param logits [N, C]
 * @param labels [N] INT64, from 0 up to and without C, or the ignored one
 * @param classWeights w [C] of the logits' type; all 1 where empty
 * @param smoothing ε, from 0 to 1
 * @param ignored the label that counts for nothing, such as that of padding
 */
public record CrossEntropy(
    Tensor logits,
    Tensor labels,
    Optional<Tensor> classWeights,
    double smoothing,
    long ignored,
    Reduction reduction)
    implements FusedOperation<Tensor> {

  /** PyTorch's and Hugging Face's label of tokens that are not to be learnt. */
  public static final long IGNORED = -100;

  /** What becomes of the losses of all labels; both give a scalar. */
  public enum Reduction {
    MEAN,
    SUM
  }

  public CrossEntropy {
    Shape shape = logits.shape();
    boolean fits = shape.rank() == 2 && labels.shape().equals(Shape.of(shape.dim(0)));
    if (!fits || labels.dtype() != DType.INT64) {
      throw new IllegalArgumentException(
          "Cross-entropy takes logits [N, C] and labels [N] INT64, not %s and %s %s."
              .formatted(shape, labels.shape(), labels.dtype()));
    }
    if (classWeights.isPresent() && !classWeights.get().shape().equals(Shape.of(shape.dim(1)))) {
      throw new IllegalArgumentException(
          "Class weights are as many as classes, [%d], not %s."
              .formatted(shape.dim(1), classWeights.get().shape()));
    }
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new IllegalArgumentException("Smoothing is from 0 to 1, not " + smoothing + ".");
    }
  }

  /** The mean, with {@link #IGNORED} ignored. */
  public static CrossEntropy mean(
      Tensor logits, Tensor labels, Optional<Tensor> classWeights, double smoothing) {
    return new CrossEntropy(logits, labels, classWeights, smoothing, IGNORED, Reduction.MEAN);
  }

  /** The sum, with {@link #IGNORED} ignored: to be divided by {@link #total} of all batches. */
  public static CrossEntropy sum(
      Tensor logits, Tensor labels, Optional<Tensor> classWeights, double smoothing) {
    return new CrossEntropy(logits, labels, classWeights, smoothing, IGNORED, Reduction.SUM);
  }

  /** What the mean divides by: the weights of the labels that count, or their number; rank 0. */
  public Tensor total(Engine engine) {
    return weightOfLabels(engine).sum();
  }

  @Override
  public Tensor definition(Engine engine) {
    Tensor surprise = logits.logSoftmax().neg(); // [N, C]
    Tensor weighted = surprise.mul(weights(engine));
    Tensor ofLabel = counted(weighted.gather(1, index())).sum();
    Tensor ofAll = counted(weighted.sum(1)).sum().mul(smoothing / logits.shape().dim(1));
    Tensor sum = ofLabel.mul(1 - smoothing).add(ofAll);
    return reduction == Reduction.SUM ? sum : sum.div(total(engine));
  }

  private Tensor weights(Engine engine) {
    long classes = logits.shape().dim(1);
    return classWeights
        .orElseGet(() -> engine.full(logits.dtype(), 1, classes))
        .reshape(1, classes);
  }

  private Tensor weightOfLabels(Engine engine) {
    Tensor all = weights(engine).expand(logits.shape().toArray()); // [N, C]
    return counted(all.gather(1, index()));
  }

  /** The labels as columns, with class 0 in place of the ignored one. */
  private Tensor index() {
    return labels.maskedFill(labels.eq(ignored), 0).reshape(-1, 1);
  }

  /** [N, 1] with zeros where the label is ignored. */
  private Tensor counted(Tensor column) {
    return column.maskedFill(labels.eq(ignored).reshape(-1, 1), 0);
  }
}
