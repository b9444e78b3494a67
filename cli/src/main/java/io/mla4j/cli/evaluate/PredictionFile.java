package io.mla4j.cli.evaluate;

import io.mla4j.data.text.TextExample;
import io.mla4j.files.AtomicFile;
import io.mla4j.training.classification.Scores;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Every prediction of an evaluation as a line of JSON, in the order of the data. */
final class PredictionFile {

  /** One line. */
  record Line(
      long line,
      String label,
      String predicted,
      boolean correct,
      double probability,
      Map<String, Double> probabilities,
      String text) {}

  private static final JsonMapper MAPPER = JsonMapper.shared();

  private PredictionFile() {}

  static void write(Path file, EngineRun run, List<TextExample> examples) {
    AtomicFile.writeStream(file, stream -> write(stream, run, examples));
  }

  private static void write(OutputStream stream, EngineRun run, List<TextExample> examples)
      throws IOException {
    for (int row = 0; row < examples.size(); row++) {
      String json = MAPPER.writeValueAsString(line(run, row, examples.get(row)));
      stream.write(json.getBytes(StandardCharsets.UTF_8));
      stream.write('\n');
    }
  }

  private static Line line(EngineRun run, int row, TextExample example) {
    List<String> labels = run.evaluation().labels();
    Scores scores = run.scores(row);
    Map<String, Double> byLabel = new LinkedHashMap<>();
    for (int c = 0; c < scores.classes(); c++) {
      byLabel.put(labels.get(c), scores.probability(c));
    }
    int predicted = scores.predicted();
    String label = example.label().orElse("");
    return new Line(
        example.origin().line(),
        label,
        labels.get(predicted),
        labels.get(predicted).equals(label),
        scores.probability(predicted),
        byLabel,
        example.text());
  }
}
