package io.mla4j.tasks.language;

import java.util.List;

/**
 * The texts that a trained model is let go on with, for the report.
 *
 * @param prompts beginnings; where there is none, the first words of the text it is measured on
 * @param tokens to generate for each
 * @param temperature of the choices; 0 for the likeliest token each time
 * @param topK of how many of the likeliest tokens one is chosen; 0 for all
 * @param seed of the choices
 */
public record SampleSettings(
    List<String> prompts, int tokens, double temperature, int topK, long seed) {

  public SampleSettings {
    prompts = List.copyOf(prompts);
    if (tokens < 0 || topK < 0 || !(temperature >= 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "tokens, topK and temperature of the samples are 0 or more, not %d, %d and %s."
              .formatted(tokens, topK, temperature));
    }
  }

  static SampleSettings defaults() {
    return new SampleSettings(List.of(), 200, 0.8, 0, 42);
  }
}
