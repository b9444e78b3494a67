package io.mla4j.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Something that happened in a training run, at a step of the optimizer. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunEvent.Step.class, name = "step"),
  @JsonSubTypes.Type(value = RunEvent.Evaluation.class, name = "evaluation"),
  @JsonSubTypes.Type(value = RunEvent.Recovery.class, name = "recovery"),
  @JsonSubTypes.Type(value = RunEvent.Warning.class, name = "warning")
})
public sealed interface RunEvent {

  Instant time();

  /** Optimizer steps done when it happened; 0 before the first. */
  long step();

  /**
   * The optimizer made a step.
   *
   * @param epoch passes over the training data so far, with fraction
   * @param loss mean over the step's examples
   * @param gradientNorm L2 norm of all gradients before clipping
   * @param seconds duration of the step
   * @param figures what else is told of it by name, such as auxiliary losses; left out of files
   *     where there is nothing
   */
  record Step(
      Instant time,
      long step,
      double epoch,
      double loss,
      double learningRate,
      double gradientNorm,
      double tokensPerSecond,
      double seconds,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> figures)
      implements RunEvent {
    public Step {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** A step of which no more is told. */
    public Step(
        Instant time,
        long step,
        double epoch,
        double loss,
        double learningRate,
        double gradientNorm,
        double tokensPerSecond,
        double seconds) {
      this(time, step, epoch, loss, learningRate, gradientNorm, tokensPerSecond, seconds, Map.of());
    }
  }

  /**
   * The model was measured on a part of the data.
   *
   * @param split the part, such as {@code validation}
   * @param figures what was measured by name, such as {@code loss}, {@code accuracy}, {@code
   *     macroF1} and {@code expectedCalibrationError}; fractions from 0 to 1, not percentages
   */
  record Evaluation(Instant time, long step, String split, Map<String, Double> figures)
      implements RunEvent {
    public Evaluation {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
  }

  /**
   * Training went back to the last good state.
   *
   * @param reason what went wrong, in a sentence
   * @param learningRate the one it goes on with
   */
  record Recovery(Instant time, long step, String reason, double learningRate)
      implements RunEvent {}

  /** Something happened that whoever looks at the run must not miss. */
  record Warning(Instant time, long step, String sentence) implements RunEvent {}
}
