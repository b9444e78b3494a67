package io.mla4j.data.sets;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Some of Shakespeare's plays in one text (Karpathy 2015): the first nine tenths of its characters
 * to learn from, the last to validate on, as the published models of it have it.
 */
record TinyShakespeare() implements Recipe.Brought {

  private static final KnownFile INPUT =
      new KnownFile(
          "input.txt",
          1_115_394,
          "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed");

  @Override
  public DataSet about() {
    return new DataSet(
        "tiny-shakespeare",
        "plays of Shakespeare, one text of 1.1 million characters",
        "",
        "public domain",
        "github.com/karpathy/char-rnn, commit 6f9487a, data/tinyshakespeare",
        "Get data/tinyshakespeare of github.com/karpathy/char-rnn at commit 6f9487a and name the"
            + " folder, or a .tar.gz of it, with --from.",
        Map.of(Split.TRAIN, 1, Split.VALIDATION, 1),
        DataSet.Form.TEXT);
  }

  @Override
  public List<KnownFile> inputs() {
    return List.of(INPUT);
  }

  @Override
  public Rows make(OriginalFiles files) {
    String text = new String(files.require(INPUT), StandardCharsets.UTF_8);
    int learnt = (int) (text.length() * 9L / 10);
    Rows rows = new Rows();
    rows.add(Split.TRAIN, Row.of(text.substring(0, learnt)));
    rows.add(Split.VALIDATION, Row.of(text.substring(learnt)));
    return rows;
  }
}
