package io.mla4j.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mla4j.cli.bench.cases.Workbench;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code bench kernels --json} writes: {@code peaks} and {@code kernels}, or with {@code
 * --verify} {@code verifications}.
 *
 * @param java what the Java kernels run on
 * @param c what the C kernels were compiled for, or why there are none
 * @param peer the software beside ours
 * @param missing one sentence on each peak that is not there
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record BenchReport(
    String java,
    String c,
    int threads,
    boolean quick,
    Optional<String> peer,
    Optional<Map<String, Map<String, Object>>> peaks,
    Optional<List<String>> missing,
    Optional<List<KernelFigures>> kernels,
    Optional<List<VerificationFigures>> verifications) {

  static BenchReport ofTimings(Workbench bench, PeakFigures peaks, List<KernelFigures> kernels) {
    return of(
        bench,
        bench.torch().library(),
        Optional.of(peaks.tree()),
        Optional.of(peaks.missing()),
        Optional.of(kernels),
        Optional.empty());
  }

  static BenchReport ofVerifications(Workbench bench, List<VerificationFigures> verifications) {
    return of(
        bench,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(verifications));
  }

  private static BenchReport of(
      Workbench bench,
      Optional<String> peer,
      Optional<Map<String, Map<String, Object>>> peaks,
      Optional<List<String>> missing,
      Optional<List<KernelFigures>> kernels,
      Optional<List<VerificationFigures>> verifications) {
    return new BenchReport(
        bench.kernels().description(),
        NativeKernels.get().description(),
        bench.threads(),
        bench.quick(),
        peer,
        peaks,
        missing,
        kernels,
        verifications);
  }
}
