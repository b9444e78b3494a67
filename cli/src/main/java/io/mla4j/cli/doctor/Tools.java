package io.mla4j.cli.doctor;

import io.mla4j.data.DataException;
import io.mla4j.data.text.ParquetLibrary;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is used beside the engines.
 *
 * @param tokenizerProblem what keeps the tokenizers' library from working
 * @param parquetProblem what keeps Parquet files from being read
 * @param npm where the npm client is
 */
record Tools(
    Optional<String> tokenizerProblem, Optional<String> parquetProblem, Optional<Path> npm) {

  private static final List<String> NPM = List.of("npm", "npm.cmd");

  static Tools look() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return new Tools(tryTokenizing(), ParquetLibrary.problem(), command(path, NPM));
  }

  /** Uses the library: that it loads does not mean that it works. */
  private static Optional<String> tryTokenizing() {
    String text = "to be or not to be";
    BpeOptions smallest = BpeOptions.ofSize(260);
    try (Tokenizer tokenizer =
        BpeTrainer.train(List.of(text), smallest, BpeProgress.NONE).tokenizer()) {
      return tokenizer.decode(tokenizer.encode(text)).equals(text)
          ? Optional.empty()
          : Optional.of("The tokenizers' library does not give a text back.");
    } catch (DataException failure) {
      return Optional.of(String.valueOf(failure.getMessage()));
    } catch (LinkageError failure) {
      return Optional.of("The tokenizers' library does not work: " + failure.getMessage());
    }
  }

  /** The first file of these names in the folders of a search path. */
  static Optional<Path> command(String searchPath, List<String> names) {
    return Arrays.stream(searchPath.split(Pattern.quote(File.pathSeparator)))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> candidates(folder, names))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Stream<Path> candidates(String folder, List<String> names) {
    return names.stream().map(name -> Path.of(folder, name)).filter(Files::isRegularFile);
  }
}
