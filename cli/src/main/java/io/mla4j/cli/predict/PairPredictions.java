package io.mla4j.cli.predict;

import io.mla4j.data.text.TextExample;
import io.mla4j.models.pair.PairPipeline;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Says the numbers of pairs of texts, a line each. */
final class PairPredictions {

  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final int EXCERPT = 40;

  private final PairPipeline pipeline;
  private final boolean asJson;
  private long pairs;

  /**
   * @param asJson lines for programs rather than for people
   */
  PairPredictions(PairPipeline pipeline, boolean asJson) {
    this.pipeline = pipeline;
    this.asJson = asJson;
  }

  void print(List<TextExample> some, PrintWriter out) {
    double[] numbers = pipeline.predict(some);
    for (int i = 0; i < numbers.length; i++) {
      out.println(asJson ? json(some.get(i), numbers[i]) : text(some.get(i), numbers[i]));
    }
    pairs += numbers.length;
  }

  private static String text(TextExample pair, double number) {
    return "%10.4f  %s | %s"
        .formatted(
            number, Excerpt.of(pair.text(), EXCERPT), Excerpt.of(pair.pair().orElse(""), EXCERPT));
  }

  private static String json(TextExample pair, double number) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("line", pair.origin().line()).put("number", number);
    line.put("text", pair.text()).put("pair", pair.pair().orElse(""));
    return MAPPER.writeValueAsString(line);
  }

  /** What {@code --json} writes. */
  Map<String, Object> figures(Path model, String engine, int threads) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", model);
    figures.put("engine", engine);
    figures.put("threads", threads);
    figures.put("pairs", pairs);
    return figures;
  }
}
