package io.mla4j.telemetry.report;

/**
 * One example with what the model says of it.
 *
 * @param text an excerpt
 * @param probability of the predicted class
 */
public record SamplePrediction(
    String text, String trueLabel, String predictedLabel, double probability) {

  public boolean correct() {
    return trueLabel.equals(predictedLabel);
  }
}
