package io.mla4j.data.sets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * How alike two sentences are, from 0 to 5 (Cer et al. 2017): lines of {@code genre, file, year,
 * number, score, sentence, sentence}, between tabs, some with further fields; quotes mean nothing.
 */
record StsBenchmark() implements Recipe.Brought {

  private static final KnownFile TRAIN =
      new KnownFile(
          "sts-train.csv",
          901_177,
          "0f71910b59aa1ad973c5897f0791f3b0965a92b8f82b1a95f3eea9f4162fda82");
  private static final KnownFile DEV =
      new KnownFile(
          "sts-dev.csv",
          255_680,
          "5d7e944d8b02734b07bfdb5df67db3420c64bed153fcaa1ba47ad03480cf4234");
  private static final KnownFile TEST =
      new KnownFile(
          "sts-test.csv",
          282_419,
          "affe45928a66ee5a708531233c95b7dacbbdc57f974f002a3d32ea0180cf816a");

  private static final int SCORE = 4;

  @Override
  public DataSet about() {
    return new DataSet(
        "stsb",
        "pairs of sentences, how alike they are from 0 to 5",
        "pair: the second sentence; label: the score",
        "CC BY-SA 4.0",
        "github.com/eduardofv/sts_eval, commit b4cd273, data/stsbenchmark",
        "Get data/stsbenchmark of github.com/eduardofv/sts_eval at commit b4cd273 and name the"
            + " folder, or a .tar.gz of it, with --from.",
        Map.of(Split.TRAIN, 5_749, Split.VALIDATION, 1_500, Split.TEST, 1_379));
  }

  @Override
  public List<KnownFile> inputs() {
    return List.of(TRAIN, DEV, TEST);
  }

  @Override
  public Rows make(OriginalFiles files) {
    Rows rows = new Rows();
    read(files.require(TRAIN)).forEach(row -> rows.add(Split.TRAIN, row));
    read(files.require(DEV)).forEach(row -> rows.add(Split.VALIDATION, row));
    read(files.require(TEST)).forEach(row -> rows.add(Split.TEST, row));
    return rows;
  }

  private static List<Row> read(byte[] file) {
    List<Row> rows = new ArrayList<>();
    for (String line : Lines.of(file, StandardCharsets.UTF_8)) {
      String[] fields = line.split("\t");
      SequencedMap<String, String> row = new LinkedHashMap<>();
      row.put("text", fields[SCORE + 1].strip());
      row.put("pair", fields[SCORE + 2].strip());
      row.put("label", fields[SCORE]);
      rows.add(new Row(row));
    }
    return rows;
  }
}
