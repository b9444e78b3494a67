package io.mla4j.cli.bench;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.CudaException;
import io.mla4j.cuda.flashmla.CudaFlashMla;
import io.mla4j.cuda.flashmla.StagedDecoder;
import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.DecodeTrial;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times the kernels of a GPU, or checks them. */
@Command(
    name = "cuda",
    description =
        "Measures latent decoding on an NVIDIA GPU: bytes and operations a second, beside a copy on"
            + " the device and, where libcublas is on the library path, cuBLAS's products.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j bench cuda",
      "  ./mla4j bench cuda --only \"heads 128\"",
      "  ./mla4j bench cuda --verify",
      "      does it give what float64 loops give, over FlashMLA's grids? Some minutes",
      "  ./mla4j bench cuda --device 1 --json cuda.json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:everything ran", "1:a check failed, or there is no device"})
final class CudaCommand implements Callable<Integer> {

  /** Query rows of a case that are compared with float64. */
  private static final int ROWS = 6;

  /** With {@code --quick} one in so many cases is checked. */
  private static final int QUICK_STEP = 100;

  @Mixin private Console console = new Console();
  @Mixin private JsonOption json = new JsonOption();

  @Option(names = "--device", paramLabel = "N", description = "Which GPU; 0 if left out.")
  private int index;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      description = "Only what has PATTERN, a regular expression, somewhere in 'kernel shape'.")
  private Optional<String> only = Optional.empty();

  @Option(names = "--verify", description = "Check whole grids of sizes instead of timing.")
  private boolean verify;

  @Option(names = "--quick", description = "A small part, to see that everything runs.")
  private boolean quick;

  @Override
  public Integer call() {
    if (verify && only.isPresent()) {
      throw console.misuse("--only chooses what is timed; --verify checks everything.");
    }
    CudaFlashMla.missing(index)
        .ifPresent(
            why -> {
              throw new CudaException(why);
            });
    try (CudaDevice device = CudaDevice.open(index);
        CudaFlashMla mla = CudaFlashMla.on(device)) {
      PrintWriter out = json.text();
      out.println(
          "device  %s, %s, %d multiprocessors%n"
              .formatted(
                  device.name(), Quantity.bytes(device.memoryBytes()), device.multiprocessors()));
      return verify ? verify(device, mla, out) : time(device, mla, out);
    }
  }

  private int time(CudaDevice device, CudaFlashMla mla, PrintWriter out) {
    CudaTiming timing = new CudaTiming(device, mla, quick);
    double copy = timing.copyGbps();
    out.println("copy on the device: %.0f GB/s, read and written%n".formatted(copy));
    List<CudaFigures> figures = new ArrayList<>();
    String format = "%-26s  %-45s  %9s  %9s  %8s  %8s  %10s  %9s  %5s";
    out.println(
        format.formatted(
            "kernel",
            "shape",
            "ms",
            "TFLOP/s",
            "TB/s",
            "of copy",
            "cuBLAS ms",
            "TFLOP/s",
            "ratio"));
    Selection selection = Selection.of(only, console);
    List<CudaPoint> points = selection.points(CudaPoint.all(quick));
    for (CudaPoint point : points) {
      CudaFigures row = timing.measure(point, copy);
      figures.add(row);
      out.println(
          format
              .formatted(
                  row.kernel(),
                  row.shape(),
                  "%.3f".formatted(row.millis()),
                  "%.0f".formatted(row.gflops() * 1e-3),
                  "%.2f".formatted(row.gbps() * 1e-3),
                  "%.0f %%".formatted(100 * row.shareOfCopy()),
                  row.peerMillis().map("%.3f"::formatted).orElse(""),
                  row.peerGflops().map(g -> "%.0f".formatted(g * 1e-3)).orElse(""),
                  row.ratio().map("%.2f"::formatted).orElse(""))
              .stripTrailing());
      out.flush();
    }
    json.write(
        new CudaReport(device.name(), Optional.of(copy), Optional.of(figures), Optional.empty()));
    return 0;
  }

  private int verify(CudaDevice device, CudaFlashMla mla, PrintWriter out) {
    List<Check> checks = checks(new StagedDecoder(device, mla));
    VerificationFigures figures;
    try (Progress progress =
        Progress.start(console, "latent-decode-cuda", "checks", checks.size())) {
      figures =
          VerificationRun.judge(
              "latent-decode-cuda",
              checks,
              Runtime.getRuntime().availableProcessors(),
              progress::at);
    }
    out.println(
        "%,d of %,d checks passed in %s"
            .formatted(figures.passed(), checks.size(), Quantity.seconds(figures.seconds())));
    figures.complaints().forEach(complaint -> out.println("  " + complaint));
    json.write(
        new CudaReport(device.name(), Optional.empty(), Optional.empty(), Optional.of(figures)));
    return figures.passes() ? 0 : 1;
  }

  private List<Check> checks(StagedDecoder decoder) {
    List<DecodeCase> cases = new ArrayList<>(DecodeCase.denseGrid());
    cases.addAll(DecodeCase.sparseGrid());
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < cases.size(); i += quick ? QUICK_STEP : 1) {
      DecodeCase point = cases.get(i);
      int seed = i;
      checks.add(new Check("cuda", () -> DecodeTrial.run(decoder, point, seed, ROWS)));
    }
    return checks;
  }
}
