package io.mla4j.cli.tokenizer;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.console.Table;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.data.token.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a tokenizer makes of a text. */
@Command(
    name = "show",
    description = "Shows the tokens of a text.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j tokenizer show runs/spam \"You won a prize\"",
      "  ./mla4j tokenizer show tokenizer.json \"You won a prize\" --json -"
    })
final class TokenizerShowCommand implements Runnable {

  /** A token; its text has U+FFFD where its bytes are a part of a character. */
  record Piece(int id, String text) {}

  /** What {@code --json} writes. */
  record Figures(int vocabulary, int tokens, List<Piece> pieces) {}

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model's folder, or a tokenizer.json.")
  private Path model = Path.of("");

  @Parameters(index = "1", paramLabel = "TEXT", description = "The text, as one argument.")
  private String text = "";

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public void run() {
    new CommandFiles()
        .readsModel(model)
        .reads("the tokenizer", model)
        .writes("--json", json.file())
        .requireDistinct();
    Path file = Files.isDirectory(model) ? new ModelFolder(model).requireTokenizer() : model;
    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      List<Piece> pieces = pieces(tokenizer);
      print(pieces, tokenizer.vocabularySize());
      json.write(new Figures(tokenizer.vocabularySize(), pieces.size(), pieces));
    }
  }

  private List<Piece> pieces(Tokenizer tokenizer) {
    List<Piece> pieces = new ArrayList<>();
    for (int id : tokenizer.encode(text)) {
      pieces.add(new Piece(id, tokenizer.decode(new int[] {id}, false)));
    }
    return pieces;
  }

  private void print(List<Piece> pieces, int vocabulary) {
    PrintWriter out = json.text();
    Table table = new Table().right("id").left("text");
    pieces.forEach(piece -> table.row(Integer.toString(piece.id()), quoted(piece.text())));
    table.print(out);
    out.println(
        "%s of %,d, %d characters"
            .formatted(
                Quantity.count(pieces.size(), "token"),
                vocabulary,
                text.codePointCount(0, text.length())));
  }

  /** With what cannot be seen made visible. */
  private static String quoted(String piece) {
    return "'" + piece.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + "'";
  }
}
