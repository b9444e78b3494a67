package io.mla4j.training.language;

import io.mla4j.training.objective.Evaluation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a model foretells a text.
 *
 * @param nats summed negative log-likelihood of the tokens that were foretold
 * @param examples how many they are
 * @param bytes of the text in UTF-8; 0 if it is not known
 * @param loads of its experts
 */
public record LanguageEvaluation(
    double nats, long examples, long bytes, ExpertLoads loads, double seconds)
    implements Evaluation {

  /** Nats a token. */
  @Override
  public double loss() {
    return examples == 0 ? 0 : nats / examples;
  }

  /** {@code e^loss}. */
  public double perplexity() {
    return Math.exp(loss());
  }

  /**
   * Bits that the model needs for a byte of the text, which can be compared between tokenizers; 0
   * if its bytes are not known. A document's first token costs nothing, as it is not foretold.
   */
  public double bitsPerByte() {
    return bytes == 0 ? 0 : nats / (Math.log(2) * bytes);
  }

  @Override
  public Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", loss());
    figures.put("perplexity", perplexity());
    figures.put("bitsPerByte", bitsPerByte());
    if (!loads.isEmpty()) {
      figures.put("expertImbalance", loads.imbalance());
    }
    return figures;
  }
}
