package io.mla4j.data.sets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Question classification (Li and Roth 2002): lines of {@code COARSE:fine question} in Latin-1. The
 * label is the coarse class of six; the fine one is kept as {@code fine}.
 */
record Trec() implements Recipe.Brought {

  private static final KnownFile TRAIN =
      new KnownFile(
          "train_5500.label",
          333_379,
          "8bd6e79493f43bbd22c364587366a1dced54e1e31259eaa92721a0f526031116");
  private static final KnownFile TEST =
      new KnownFile(
          "TREC_10.label",
          23_269,
          "86ad53c8fc9d397ab2f4be7c967d8efb470b260140557d3e57afad69d1b88b76");

  @Override
  public DataSet about() {
    return new DataSet(
        "trec",
        "questions by what they ask for, 6 coarse and 50 fine classes",
        "fine: the fine class, as COARSE:fine",
        "none stated",
        "github.com/FreedomIntelligence/qnn, commit 77f5493, data/TREC",
        "Get data/TREC of github.com/FreedomIntelligence/qnn at commit 77f5493 and name the folder,"
            + " or a .tar.gz of it, with --from.",
        Map.of(Split.TRAIN, 4_896, Split.VALIDATION, 556, Split.TEST, 500));
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
    List<Row> rows = new ArrayList<>();
    for (String line : Lines.of(file, StandardCharsets.ISO_8859_1)) {
      int space = line.indexOf(' ');
      String fine = line.substring(0, space);
      String coarse = fine.substring(0, fine.indexOf(':'));
      rows.add(Row.of(line.substring(space + 1), coarse).with("fine", fine));
    }
    return rows;
  }
}
