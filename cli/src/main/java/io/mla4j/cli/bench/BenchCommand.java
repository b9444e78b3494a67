package io.mla4j.cli.bench;

import io.mla4j.cli.console.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How fast this machine is. */
@Command(
    name = "bench",
    description = "Measures how fast this machine runs what models are made of.",
    subcommands = {KernelsCommand.class, CudaCommand.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j bench kernels",
      "  ./mla4j bench kernels --only softmax --json kernels.json",
      "  ./mla4j bench cuda"
    })
public final class BenchCommand implements Runnable {

  @Mixin private Console console = new Console();

  @Override
  public void run() {
    console.printHelp();
  }
}
