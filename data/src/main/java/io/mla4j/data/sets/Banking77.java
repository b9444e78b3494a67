package io.mla4j.data.sets;

import io.mla4j.data.text.Columns;
import io.mla4j.data.text.TextReader;
import io.mla4j.data.text.TextSource;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Intents of customers of a bank (Casanueva et al. 2020): CSV of {@code text,category}. */
record Banking77() implements Recipe.Brought {

  private static final KnownFile TRAIN =
      new KnownFile(
          "train.csv", 839_073, "b06e26ac675513959a63135f11b94ea7786ed02da65db93a5650d8838cbc664b");
  private static final KnownFile TEST =
      new KnownFile(
          "test.csv", 239_961, "d12d6e3bc4c3103966ae786dc435913c0c563dfa328f5a3646d0e62cfeeb474d");

  @Override
  public DataSet about() {
    return new DataSet(
        "banking77",
        "questions of a bank's customers, 77 intents",
        "none",
        "CC BY 4.0",
        "github.com/PolyAI-LDN/task-specific-datasets, commit 57ec275, banking_data",
        "Get banking_data of github.com/PolyAI-LDN/task-specific-datasets at commit 57ec275 and"
            + " name the folder, or a .tar.gz of it, with --from.",
        Map.of(Split.TRAIN, 9_049, Split.VALIDATION, 954, Split.TEST, 3_080));
  }

  @Override
  public List<KnownFile> inputs() {
    return List.of(TRAIN, TEST);
  }

  @Override
  public Rows make(OriginalFiles files) {
    Rows rows = new Rows();
    rows.addTraining(read(files.require(TRAIN)));
    read(files.require(TEST)).forEach(row -> rows.add(Split.TEST, row));
    return rows;
  }

  private static List<Row> read(byte[] file) {
    TextSource source =
        TextSource.of(Path.of("banking77.csv")).withColumns(Columns.of("text", "category"));
    List<Row> rows = new ArrayList<>();
    try (TextReader reader = source.open(new ByteArrayInputStream(file))) {
      reader.forEachRemaining(row -> rows.add(Row.of(row.text(), row.label().orElseThrow())));
    }
    return rows;
  }
}
