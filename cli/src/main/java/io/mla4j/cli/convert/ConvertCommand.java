package io.mla4j.cli.convert;

import io.mla4j.cli.console.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Models of other programs. */
@Command(
    name = "convert",
    description = "Converts models of other programs to folders in Hugging Face's layout.",
    subcommands = {ConvertLlama2cCommand.class},
    footerHeading = "%nExamples:%n",
    footer =
        "  ./mla4j convert llama2c stories260K.bin --tokenizer tok512.bin --to models/stories260K")
public final class ConvertCommand implements Runnable {

  @Mixin private Console console = new Console();

  @Override
  public void run() {
    console.printHelp();
  }
}
