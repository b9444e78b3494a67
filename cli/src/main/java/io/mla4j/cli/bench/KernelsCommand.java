package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.Catalogue;
import io.mla4j.cli.bench.cases.KernelCase;
import io.mla4j.cli.bench.cases.Torch;
import io.mla4j.cli.bench.cases.Workbench;
import io.mla4j.cli.console.Console;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.tensor.EngineOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times every kernel, or checks it. */
@Command(
    name = "kernels",
    description =
        "Measures the machine's peaks, then each kernel as a share of the peak that limits it, in"
            + " turn with libtorch where that is there. A ratio above 1 is faster than libtorch.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j bench kernels",
      "  ./mla4j bench kernels --only softmax",
      "  ./mla4j bench kernels --only \"product.*2048\" --threads 1 --json product.json",
      "  ./mla4j bench kernels --verify",
      "      does every kernel give what float64 loops give, in C and in Java, over its whole grid?",
      "      An hour on two cores, nearly all of it latent-decode and prefill",
      "  ./mla4j bench kernels --verify --only \"product|rows|rotary|attention\"",
      "      products, packed ones, functions of rows, rotations and attention alone",
      "  ./mla4j bench kernels --quick",
      "      does everything run? In seconds, at shapes too small to tell speeds"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:everything ran", "1:a check failed"})
final class KernelsCommand implements Callable<Integer> {

  @Mixin private Console console = new Console();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      description =
          "Only cases with PATTERN, a regular expression, somewhere in 'kernel shape twin'; with"
              + " --verify, in the name of the check.")
  private Optional<String> only = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads one kernel may use; all this process has if left out.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--verify",
      description = "Check each kernel over its whole grid of sizes instead of timing it.")
  private boolean verify;

  @Option(
      names = "--quick",
      description = "Small shapes and few repetitions, to see that everything runs.")
  private boolean quick;

  @Override
  public Integer call() {
    int count = threads.orElseGet(() -> EngineOptions.defaults().threads());
    if (count < 1) {
      throw console.misuse("--threads is 1 or more, not " + count + ".");
    }
    Selection selection = Selection.of(only, console);
    try (Kernels kernels = Kernels.start(count);
        Torch torch = new Torch(count)) {
      Workbench bench = new Workbench(kernels, torch, quick);
      return verify ? verify(bench, selection) : time(bench, selection);
    }
  }

  private int time(Workbench bench, Selection selection) {
    List<KernelCase> cases = selection.cases(Catalogue.cases(bench));
    PrintWriter out = json.text();
    describe(bench, out);
    PeakFigures peaks = new PeakRun(console, out).measure(bench);
    sayWithoutTorch(bench);
    List<KernelFigures> figures =
        new TimingRun(console, out, bench, peaks, Stopwatch.of(quick), new Neighbours()).run(cases);
    json.write(BenchReport.ofTimings(bench, peaks, figures));
    return 0;
  }

  private int verify(Workbench bench, Selection selection) {
    List<Verification<?>> chosen = selection.verifications(Verifications.all());
    PrintWriter out = json.text();
    describe(bench, out);
    int threads = bench.threads();
    try (Twin c = Twin.inC(threads);
        Twin java = Twin.inJava(threads)) {
      List<Twin> twins = NativeKernels.get().isAvailable() ? List.of(c, java) : List.of(java);
      List<VerificationFigures> figures =
          new VerificationRun(console, out, twins, bench.quick(), threads).run(chosen);
      json.write(BenchReport.ofVerifications(bench, figures));
      return figures.stream().allMatch(VerificationFigures::passes) ? 0 : 1;
    }
  }

  private static void describe(Workbench bench, PrintWriter out) {
    out.println("java     " + bench.kernels().description());
    out.println("c        " + NativeKernels.get().description());
    out.println("threads  " + bench.threads());
    out.println();
  }

  private void sayWithoutTorch(Workbench bench) {
    bench.torch().missing().ifPresent(why -> console.say("No peer is measured: " + why));
  }
}
