package io.mla4j.telemetry;

import io.mla4j.telemetry.tensorboard.EventFileWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What TensorBoard is shown of an event. */
final class EventScalars {

  private EventScalars() {}

  static void write(RunEvent event, EventFileWriter writer) {
    switch (event) {
      case RunEvent.Step step -> writer.scalars(step.time(), step.step(), scalars(step));
      case RunEvent.Evaluation evaluation ->
          writer.scalars(evaluation.time(), evaluation.step(), scalars(evaluation));
      case RunEvent.Recovery recovery ->
          writer.text(recovery.time(), recovery.step(), "recovery", sentence(recovery));
      case RunEvent.Warning warning ->
          writer.text(warning.time(), warning.step(), "warning", warning.sentence());
    }
  }

  private static Map<String, Double> scalars(RunEvent.Step step) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("train/loss", step.loss());
    scalars.put("train/learningRate", step.learningRate());
    scalars.put("train/gradientNorm", step.gradientNorm());
    scalars.put("train/tokensPerSecond", step.tokensPerSecond());
    scalars.put("train/secondsPerStep", step.seconds());
    scalars.put("train/epoch", step.epoch());
    step.figures().forEach((name, value) -> scalars.put("train/" + name, value));
    return scalars;
  }

  private static Map<String, Double> scalars(RunEvent.Evaluation evaluation) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    evaluation
        .figures()
        .forEach((name, value) -> scalars.put(evaluation.split() + "/" + name, value));
    return scalars;
  }

  private static String sentence(RunEvent.Recovery recovery) {
    return recovery.reason() + " Learning rate: " + recovery.learningRate() + ".";
  }
}
