package io.mla4j.cli.predict;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.StandardStream;
import io.mla4j.cli.option.DataOptions;
import io.mla4j.cli.text.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which texts to predict: arguments, a file, or standard input. */
final class Texts {

  private static final String STANDARD_INPUT = "-";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Texts of a file: the lines of a .txt, or the rows of JSON, JSON Lines, CSV, TSV or"
              + " Parquet; - for standard input.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--whole", description = "The whole file or input is one text, not each line.")
  private boolean whole;

  @Mixin private DataOptions reading = new DataOptions();

  /** The file of texts, if the user named one. */
  Optional<Path> file() {
    return file.filter(path -> !path.toString().equals(STANDARD_INPUT));
  }

  /**
   * Refuses texts from two places at once.
   *
   * @param arguments texts given as arguments
   */
  void requireOnePlace(List<String> arguments, Console console) {
    if (file.isPresent() && !arguments.isEmpty()) {
      throw console.misuse("Give texts or --file, not both.");
    }
  }

  /**
   * Opens the texts.
   *
   * @param arguments texts given as arguments
   * @throws picocli.CommandLine.ParameterException if there are none or of two kinds
   */
  TextInput open(List<String> arguments, Console console) {
    boolean input =
        arguments.equals(List.of(STANDARD_INPUT))
            || file.filter(path -> path.toString().equals(STANDARD_INPUT)).isPresent();
    if (input || (file.isEmpty() && arguments.isEmpty() && !StandardStream.INPUT.isTerminal())) {
      return standardInput();
    }
    if (file.isEmpty() && arguments.isEmpty()) {
      throw console.misuse("Give a text, --file FILE, or pipe texts in.");
    }
    return file.map(this::open).orElseGet(() -> TextInput.of(arguments));
  }

  /**
   * Opens pairs of texts: two arguments, or the rows of a file.
   *
   * @throws picocli.CommandLine.ParameterException if there are neither or both
   */
  PairInput pairs(List<String> arguments, Console console) {
    if (file().isPresent() && arguments.isEmpty()) {
      return PairInput.of(reading.pairs(file().get(), Optional.empty()));
    }
    if (file.isPresent() || arguments.size() != 2) {
      throw console.misuse("This model is of pairs: give two texts, or --file FILE with pairs.");
    }
    return PairInput.of(arguments.get(0), arguments.get(1));
  }

  private TextInput open(Path path) {
    return whole
        ? TextInput.ofWholeFile(path, reading.encoding())
        : TextInput.ofFile(path, reading);
  }

  private TextInput standardInput() {
    String name = "Standard input";
    return whole
        ? TextInput.ofWhole(System.in, name, reading.encoding())
        : TextInput.ofLines(System.in, name, reading.encoding());
  }
}
