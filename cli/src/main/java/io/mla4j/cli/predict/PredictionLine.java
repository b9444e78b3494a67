package io.mla4j.cli.predict;

import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.text.InputText;
import io.mla4j.models.classifier.Prediction;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said of a text, as one line.
 *
 * @param labels of the model
 * @param top how many classes, the most probable first
 */
record PredictionLine(List<String> labels, int top) {

  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final int EXCERPT = 60;

  /** For people: classes with their probabilities, and how the text starts. */
  String text(InputText input, Prediction prediction) {
    int width = labels.stream().mapToInt(String::length).max().orElse(0);
    String classes =
        best(prediction).entrySet().stream()
            .map(
                c -> ("%-" + width + "s %8s").formatted(c.getKey(), Quantity.percent(c.getValue())))
            .collect(Collectors.joining("  "));
    return (classes + "  " + Excerpt.of(input.text(), EXCERPT)).stripTrailing();
  }

  /** For programs. */
  String json(InputText input, Prediction prediction) {
    ObjectNode line = MAPPER.createObjectNode();
    input.line().ifPresent(number -> line.put("line", number));
    line.put("label", prediction.label()).put("probability", prediction.probability());
    ObjectNode classes = line.putObject("probabilities");
    best(prediction).forEach((label, probability) -> classes.put(label, probability));
    line.put("cutTokens", prediction.cutTokens());
    line.put("text", input.text());
    return MAPPER.writeValueAsString(line);
  }

  private Map<String, Double> best(Prediction prediction) {
    List<Double> all = prediction.probabilities();
    Map<String, Double> best = new LinkedHashMap<>();
    IntStream.range(0, labels.size())
        .boxed()
        .sorted(Comparator.comparing((Integer c) -> all.get(c)).reversed())
        .limit(top)
        .forEach(c -> best.put(labels.get(c), all.get(c)));
    return best;
  }
}
