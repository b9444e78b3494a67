package io.mla4j.cli.tokenizer;

import io.mla4j.cli.console.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tokenizers. */
@Command(
    name = "tokenizer",
    description = "Trains a tokenizer, or shows what one makes of a text.",
    subcommands = {TokenizerTrainCommand.class, TokenizerShowCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j tokenizer train datasets/spam-assassin/train.jsonl --vocab-size 8000",
      "  ./mla4j tokenizer show tokenizer.json \"You won a prize\""
    })
public final class TokenizerCommand implements Runnable {

  @Mixin private Console console = new Console();

  @Override
  public void run() {
    console.printHelp();
  }
}
