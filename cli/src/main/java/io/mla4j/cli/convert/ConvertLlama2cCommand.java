package io.mla4j.cli.convert;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.models.convert.Llama2cConversion;
import io.mla4j.models.convert.Llama2cConversion.Converted;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Converts a model of llama2.c. */
@Command(
    name = "llama2c",
    description = {
      "Converts a model of karpathy/llama2.c to a folder with config.json, model.safetensors and"
          + " tokenizer.json, which the other commands and Hugging Face's transformers open as a"
          + " Llama.",
      "",
      "Read are legacy checkpoints (version 0 of llama2.c's export.py), float32, as its run program"
          + " reads them. The folder is written whole or not at all; its size is that of the"
          + " checkpoint.%n"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j convert llama2c stories260K.bin --tokenizer tok512.bin --to models/stories260K",
      "  ./mla4j convert llama2c stories15M.bin --tokenizer tokenizer.bin --to stories --json -"
    })
final class ConvertLlama2cCommand implements Runnable {

  /** What {@code --json} writes. */
  record Figures(
      Path folder,
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int vocabSize,
      int context,
      long parameters,
      double seconds) {}

  @Mixin private Console console = new Console();

  @Parameters(
      index = "0",
      paramLabel = "CHECKPOINT",
      description = "The checkpoint, such as stories260K.bin.")
  private Path checkpoint = Path.of("");

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "FILE",
      description = "The tokenizer.bin that the model was trained with.")
  private Path tokenizer = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FOLDER",
      description = "Where to write: a folder that is new or empty.")
  private Path to = Path.of("");

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public void run() {
    new CommandFiles()
        .reads("the checkpoint", checkpoint)
        .reads("the tokenizer", tokenizer)
        .readsModel(to)
        .writes("--json", json.file())
        .requireDistinct();
    long start = System.nanoTime();
    Converted converted = convert();
    report(converted, (System.nanoTime() - start) / 1e9);
  }

  private Converted convert() {
    Llama2cConversion conversion = new Llama2cConversion(checkpoint, tokenizer);
    try (Progress progress =
        Progress.start(console, "Writing " + to, "bytes", conversion.bytes())) {
      return conversion.write(to, progress::at);
    }
  }

  private void report(Converted converted, double seconds) {
    var header = converted.header();
    json.text()
        .println(
            "%s: a Llama of %s, %s and a vocabulary of %s, in %s."
                .formatted(
                    to,
                    Quantity.count(converted.parameters(), "parameter"),
                    Quantity.count(header.layers(), "layer"),
                    Quantity.count(header.vocabSize(), "token"),
                    Quantity.seconds(seconds)));
    json.write(
        new Figures(
            to,
            header.dim(),
            header.layers(),
            header.heads(),
            header.keyValueHeads(),
            header.vocabSize(),
            header.seqLen(),
            converted.parameters(),
            seconds));
  }
}
