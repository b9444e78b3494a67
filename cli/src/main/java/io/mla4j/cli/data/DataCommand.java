package io.mla4j.cli.data;

import io.mla4j.cli.console.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Public data sets. */
@Command(
    name = "data",
    description = "Lists and gets public data sets.",
    subcommands = {DataListCommand.class, DataGetCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j data list",
      "  ./mla4j data get spam-assassin",
      "  ./mla4j data get trec --from ~/Downloads/trec"
    })
public final class DataCommand implements Runnable {

  @Mixin private Console console = new Console();

  @Override
  public void run() {
    console.printHelp();
  }
}
