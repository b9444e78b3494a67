package io.mla4j.data.sets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sentiment of film reviews (Socher et al. 2013), the whole sentences without the neutral ones:
 * lines of {@code sentence TAB 0 or 1}.
 */
record Sst2() implements Recipe.Brought {

  private static final KnownFile TRAIN =
      new KnownFile(
          "train.tsv", 720_259, "ec192f833a64da08f475488a77b0d0b47db47acd0f458bd18433fc793b569920");
  private static final KnownFile DEV =
      new KnownFile(
          "dev.tsv", 92_057, "eddea6b39e601dd4e7a672b53cc40fdf6019fa80522f351206c24340ca5d9359");
  private static final KnownFile TEST =
      new KnownFile(
          "test.tsv", 188_749, "831169c7e2e429d6026e1bdbb542f33b636e3e596caad9602ebc953c205928b7");

  @Override
  public DataSet about() {
    return new DataSet(
        "sst2",
        "sentences of film reviews, positive or negative",
        "none",
        "none stated",
        "github.com/clairett/pytorch-sentiment-classification, commit 457ffd8, data/SST2",
        "Get data/SST2 of github.com/clairett/pytorch-sentiment-classification at commit 457ffd8 and"
            + " name the folder, or a .tar.gz of it, with --from.",
        Map.of(Split.TRAIN, 6_920, Split.VALIDATION, 872, Split.TEST, 1_821));
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
      int tab = line.lastIndexOf('\t');
      boolean positive = line.substring(tab + 1).strip().equals("1");
      rows.add(Row.of(line.substring(0, tab), positive ? "positive" : "negative"));
    }
    return rows;
  }
}
