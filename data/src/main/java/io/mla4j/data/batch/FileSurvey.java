package io.mla4j.data.batch;

import io.mla4j.data.label.LabelCounter;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextReader;
import io.mla4j.data.text.TextSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one pass over a file tells.
 *
 * @param labelCounts [classes], empty without labels
 * @param lengths of the first documents alone: encoding all would take as long as an epoch
 * @param checksum as {@link BatchSource#checksum} says
 */
record FileSurvey(
    RowReport rows,
    Optional<LabelSet> labels,
    long[] labelCounts,
    LengthReport lengths,
    String checksum) {

  private static final int SAMPLE = 1_000;

  static FileSurvey of(TextSource source, Optional<LabelSet> known, DocumentEncoder encoder) {
    LabelCounter counter = new LabelCounter();
    DocumentsChecksum checksum = new DocumentsChecksum();
    List<String> sample = new ArrayList<>();
    boolean labelled = source.columns().label().isPresent();
    try (TextReader reader = source.open()) {
      while (reader.hasNext()) {
        TextExample example = reader.next();
        checksum.add(example);
        if (labelled) {
          known.ifPresent(labels -> labels.index(example));
          counter.add(example);
        }
        if (sample.size() < SAMPLE) {
          sample.add(example.text());
        }
      }
      Optional<LabelSet> labels =
          known.isPresent() || !labelled ? known : Optional.of(counter.labels());
      long[] counts = labels.map(counter::counts).orElseGet(() -> new long[0]);
      return new FileSurvey(
          reader.report(), labels, counts, encoder.lengths(sample), checksum.finish(labels));
    }
  }
}
