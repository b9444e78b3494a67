package io.mla4j.cli.predict;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.StandardStream;
import io.mla4j.cli.option.DataOptions;
import io.mla4j.cli.text.TextInput;
import io.mla4j.data.text.TextSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which texts to predict: arguments, a file, or standard input. */
final class Texts {

  private static final String STANDARD_INPUT = "-";
  private static final String INPUT_NAME = "Standard input";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description =
          "Texts of a file: the lines of a .txt, or the rows of JSON, JSON Lines, CSV, TSV or"
              + " Parquet; - for standard input, of which --format says what it holds if not lines.")
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
   * @throws picocli.CommandLine.ParameterException if there are none, of two kinds, or not such as
   *     the options speak of
   */
  TextInput open(List<String> arguments, Console console) {
    boolean input = isStandardInput(arguments);
    if (!input && file.isEmpty() && arguments.isEmpty()) {
      throw console.misuse("Give a text, --file FILE, or pipe texts in.");
    }
    requireFitting(arguments, input, console);
    if (input) {
      return whole
          ? TextInput.ofWhole(System.in, INPUT_NAME, reading.encoding())
          : TextInput.ofStream(System.in, INPUT_NAME, reading);
    }
    return file.map(this::open).orElseGet(() -> TextInput.of(arguments));
  }

  /** Named as such, or nothing else is given and something is piped in. */
  private boolean isStandardInput(List<String> arguments) {
    boolean named = file.isPresent() && file().isEmpty();
    boolean nothing = file.isEmpty() && arguments.isEmpty();
    return named
        || arguments.equals(List.of(STANDARD_INPUT))
        || (nothing && !StandardStream.INPUT.isTerminal());
  }

  /** An option of rows is not passed over where texts are no rows. */
  private void requireFitting(List<String> arguments, boolean input, Console console) {
    List<String> forRows = new ArrayList<>(reading.forRows());
    reading.format().ifPresent(format -> forRows.add("--format"));
    if (forRows.isEmpty()) {
      return;
    }
    if (whole) {
      throw console.misuse(
          "--whole makes one text of all; leave out %s.".formatted(forRows.getFirst()));
    }
    if (!input && !arguments.isEmpty()) {
      throw console.misuse(
          "%s says how a file is read; name one with --file.".formatted(forRows.getFirst()));
    }
    boolean lines = input ? reading.format().isEmpty() : file.filter(this::isPlainText).isPresent();
    if (lines) {
      throw console.misuse(
          "%s is for rows, and %s is read by lines; name its format with --format."
              .formatted(forRows.getFirst(), input ? "standard input" : file.orElseThrow()));
    }
  }

  private boolean isPlainText(Path path) {
    return TextInput.isPlainText(path, reading);
  }

  /**
   * Opens pairs of texts: two arguments, or the rows of a file or of standard input.
   *
   * @throws picocli.CommandLine.ParameterException if there are neither or both
   */
  PairInput pairs(List<String> arguments, Console console) {
    if (whole) {
      throw console.misuse("--whole is for models of single texts.");
    }
    if (file().isPresent() && arguments.isEmpty()) {
      return PairInput.of(reading.pairs(file().get(), Optional.empty()).open());
    }
    if (isStandardInput(arguments) && reading.format().isPresent()) {
      TextSource rows = reading.pairs(Path.of(INPUT_NAME), Optional.empty());
      return PairInput.of(rows.open(System.in));
    }
    if (file.isPresent() || arguments.size() != 2) {
      throw console.misuse(
          "This model is of pairs: give two texts, --file FILE with pairs, or --file - with their"
              + " --format.");
    }
    return PairInput.of(arguments.get(0), arguments.get(1));
  }

  private TextInput open(Path path) {
    return whole
        ? TextInput.ofWholeFile(path, reading.encoding())
        : TextInput.ofFile(path, reading);
  }
}
