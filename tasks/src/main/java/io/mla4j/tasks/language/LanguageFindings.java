package io.mla4j.tasks.language;

import io.mla4j.models.causal.CausalConfig;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Findings.Compared;
import io.mla4j.telemetry.report.Figure;
import io.mla4j.telemetry.report.Measure.Better;
import io.mla4j.telemetry.report.ReportContent;
import io.mla4j.telemetry.report.ShareBars;
import io.mla4j.telemetry.report.TextSamples;
import io.mla4j.telemetry.report.Unit;
import io.mla4j.tensor.DType;
import io.mla4j.training.language.LanguageEvaluation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came out of training a language model.
 *
 * @param evaluation as the best model was chosen
 * @param sliding through a window that moves by the stride
 * @param samples what the model writes
 */
record LanguageFindings(
    CausalConfig model,
    LanguageEvaluation evaluation,
    LanguageEvaluation sliding,
    int stride,
    boolean onTest,
    List<TextSamples.Sample> samples) {

  Findings of(long parameters) {
    return new Findings(
        attention(),
        subject(),
        evaluation,
        onTest,
        "tokens",
        parameters,
        headline(),
        measures(),
        this::sections,
        figures(),
        List.of(sentence(), slidingSentence()),
        "generate",
        "\"some text\"");
  }

  private String attention() {
    return model.attention().getClass().getSimpleName().replace("Config", "");
  }

  private String subject() {
    String experts =
        model
            .networks()
            .experts()
            .map(e -> " and %d routed experts".formatted(e.router().experts()))
            .orElse("");
    return attention() + " attention" + experts;
  }

  private long cacheBytes() {
    return model.cacheBytesPerToken(DType.FLOAT32);
  }

  private List<Figure> headline() {
    return List.of(
        new Figure("Loss", "%.4f".formatted(evaluation.loss()), "nats a token"),
        new Figure(
            "Perplexity",
            "%.3f".formatted(evaluation.perplexity()),
            "%.3f through a window that moves by %,d tokens"
                .formatted(sliding.perplexity(), stride)),
        new Figure(
            "Bits a byte",
            "%.4f".formatted(evaluation.bitsPerByte()),
            "%.4f through the moving window".formatted(sliding.bitsPerByte())),
        new Figure("Cache a token", "%,d bytes".formatted(cacheBytes()), "float32, all layers"));
  }

  private List<Compared> measures() {
    return List.of(
        new Compared("Loss", "Loss", Unit.NUMBER, Better.LOWER, evaluation.loss()),
        new Compared(
            "Perplexity", "Perplexity", Unit.NUMBER, Better.LOWER, evaluation.perplexity()),
        new Compared(
            "Bits a byte", "BitsPerByte", Unit.NUMBER, Better.LOWER, evaluation.bitsPerByte()),
        new Compared("Cache a token", "", Unit.BYTES, Better.LOWER, cacheBytes()));
  }

  private void sections(ReportContent.Builder content) {
    if (!evaluation.loads().isEmpty()) {
      content.section(loads());
    }
    if (!samples.isEmpty()) {
      content.section(
          new TextSamples(
              "samples", "What it writes", "Each begins with what it was given.", samples));
    }
  }

  private ShareBars loads() {
    List<ShareBars.Group> groups =
        evaluation.loads().shares().entrySet().stream()
            .map(layer -> group(layer.getKey(), layer.getValue()))
            .toList();
    return new ShareBars(
        "loads",
        "Load of the experts",
        "Which share of the choices of the text's tokens each routed expert got, in each layer that"
            + " has experts. Balanced, all would be equal.",
        "Expert",
        groups);
  }

  private static ShareBars.Group group(int layer, List<Double> shares) {
    String note =
        "largest %.1f %%, smallest %.1f %%, equal shares %.1f %%"
            .formatted(
                100 * Collections.max(shares),
                100 * Collections.min(shares),
                100.0 / shares.size());
    return new ShareBars.Group("Layer " + layer, note, shares);
  }

  private Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>(evaluation.figures());
    figures.put("slidingStride", stride);
    figures.put("slidingLoss", sliding.loss());
    figures.put("slidingPerplexity", sliding.perplexity());
    figures.put("slidingBitsPerByte", sliding.bitsPerByte());
    figures.put("measuredOn", split());
    figures.put("tokens", evaluation.examples());
    figures.put("bytes", evaluation.bytes());
    figures.put("attention", attention());
    figures.put("cacheBytesPerToken", cacheBytes());
    if (!evaluation.loads().isEmpty()) {
      figures.put("expertShares", evaluation.loads().shares());
    }
    return figures;
  }

  private String split() {
    return onTest ? "test" : "validation";
  }

  private String sentence() {
    return "%s attention on %,d %s tokens: loss %.4f, perplexity %.3f, %.4f bits a byte."
        .formatted(
            attention(),
            evaluation.examples(),
            split(),
            evaluation.loss(),
            evaluation.perplexity(),
            evaluation.bitsPerByte());
  }

  private String slidingSentence() {
    return "Through a window that moves by %,d tokens: loss %.4f, perplexity %.3f, %.4f bits a byte."
        .formatted(stride, sliding.loss(), sliding.perplexity(), sliding.bitsPerByte());
  }
}
