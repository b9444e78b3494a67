package io.mla4j.cli.tokenizer;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.DataOptions;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.cli.train.ConsoleListener;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.BpeVocabulary;
import io.mla4j.data.token.Normalization;
import io.mla4j.tasks.VocabularyStages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a tokenizer. */
@Command(
    name = "train",
    description =
        "Trains a byte-level BPE tokenizer on texts and writes it as tokenizer.json, which Hugging"
            + " Face's tokenizers reads too.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j tokenizer train datasets/spam-assassin/train.jsonl --vocab-size 8000",
      "  ./mla4j tokenizer train a.txt b.csv --text-column body --output my.json"
    })
final class TokenizerTrainCommand implements Runnable {

  /** What {@code --json} writes. */
  record Figures(Path file, long texts, int tokens, int merges, double seconds) {}

  @Mixin private Console console = new Console();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "The lines of .txt, or the rows of JSON, JSON Lines, CSV, TSV or Parquet.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--vocab-size",
      paramLabel = "N",
      defaultValue = "8000",
      description =
          "Tokens, special ones and the 256 bytes included; ${DEFAULT-VALUE} if left out.")
  private int vocabSize = 8000;

  @Option(
      names = "--lowercase",
      description = "Put texts in lower case first: fewer spellings where examples are few.")
  private boolean lowercase;

  @Option(
      names = "--prefix-space",
      description =
          "Put a space before the first word, which then is the same token as everywhere else.")
  private boolean prefixSpace;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "tokenizer.json",
      description = "Where to write; ${DEFAULT-VALUE} if left out.")
  private Path output = Path.of("tokenizer.json");

  @Mixin private DataOptions reading = new DataOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Override
  public void run() {
    requireDistinctFiles();
    BpeOptions options =
        BpeOptions.ofSize(vocabSize).withNormalization(new Normalization(lowercase, prefixSpace));
    console.say(
        "Training a tokenizer of %,d tokens on the texts of %s."
            .formatted(vocabSize, Quantity.count(files.size(), "file")));
    long start = System.nanoTime();
    FilesTexts texts = new FilesTexts(files, reading);
    BpeVocabulary vocabulary = train(texts, options);
    vocabulary.write(output);
    report(vocabulary, texts.texts(), (System.nanoTime() - start) / 1e9);
  }

  private void requireDistinctFiles() {
    CommandFiles used = new CommandFiles();
    files.forEach(file -> used.reads("the texts", file));
    used.writes("--output", output).writes("--json", json.file()).requireDistinct();
  }

  private BpeVocabulary train(FilesTexts texts, BpeOptions options) {
    try (texts;
        VocabularyStages progress = new VocabularyStages(new ConsoleListener(console))) {
      return BpeTrainer.train(() -> texts, options, progress);
    } finally {
      texts.warnings().forEach(console::warn);
    }
  }

  private void report(BpeVocabulary vocabulary, long texts, double seconds) {
    int tokens = vocabulary.tokens().size();
    json.text()
        .println(
            "%s: %,d tokens from %s, in %s.%s"
                .formatted(
                    output,
                    tokens,
                    Quantity.count(texts, "text"),
                    Quantity.seconds(seconds),
                    tokens < vocabSize ? " The texts have no more frequent pairs." : ""));
    json.write(new Figures(output, texts, tokens, vocabulary.merges().size(), seconds));
  }
}
