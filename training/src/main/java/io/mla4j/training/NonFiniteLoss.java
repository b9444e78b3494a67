package io.mla4j.training;

import io.mla4j.data.batch.TextBatch;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A loss or gradient that is not a finite number, and what to say about it. */
record NonFiniteLoss(
    TrainingStep.Result result,
    List<TextBatch> batches,
    TrainingState state,
    double learningRate,
    TrainingConfig config) {

  private static final int EXAMPLES_SHOWN = 8;

  /** A sentence with the step, the likely cause and the examples of the batch. */
  String explained() {
    String what =
        Double.isFinite(result.loss())
            ? "the gradients' norm is " + result.gradientNorm()
            : "the loss is " + result.loss();
    return "At step %d %s (learning rate %.3g, %s; training examples %s); %s."
        .formatted(state.step() + 1, what, learningRate, clipping(), examples(), advice());
  }

  private String clipping() {
    return config.clipNorm() > 0
        ? "gradients clipped at norm " + config.clipNorm()
        : "gradients not clipped";
  }

  private String advice() {
    return config.clipNorm() > 0
        ? "a lower learning rate usually helps"
        : "a lower learning rate or clipNorm 1.0 usually helps";
  }

  private String examples() {
    int[] rows =
        batches.stream().flatMapToInt(batch -> IntStream.of(batch.rows())).sorted().toArray();
    String shown =
        IntStream.of(rows)
            .limit(EXAMPLES_SHOWN)
            .mapToObj(row -> Integer.toString(row + 1))
            .collect(Collectors.joining(", "));
    return rows.length > EXAMPLES_SHOWN
        ? shown + " and " + (rows.length - EXAMPLES_SHOWN) + " more"
        : shown;
  }
}
