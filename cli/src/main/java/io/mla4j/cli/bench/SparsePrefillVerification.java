package io.mla4j.cli.bench;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.SparsePrefillTrial;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.ArrayList;
import java.util.List;

/** Sparse prefill over the whole grid, by both twins, against float64. */
final class SparsePrefillVerification implements Verification {

  /** Query rows of a case that are compared with the oracle. */
  private static final int ROWS = 20;

  /** One in so many cases is a small part. */
  private static final int QUICK_STEP = 26;

  @Override
  public String name() {
    return "sparse-prefill";
  }

  @Override
  public List<Check> checks(Workbench bench) {
    List<DecodeCase> cases = SparsePrefillTrial.grid();
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < cases.size(); i += bench.quick() ? QUICK_STEP : 1) {
      if (NativeKernels.get().isAvailable()) {
        checks.add(check(FlashMla.on(bench.kernels()), KernelCase.C, cases.get(i), i));
      }
      checks.add(check(FlashMla.inJavaOn(bench.kernels()), KernelCase.JAVA, cases.get(i), i));
    }
    return checks;
  }

  private static Check check(FlashMla mla, String twin, DecodeCase point, int seed) {
    return new Check(twin, memory -> SparsePrefillTrial.run(mla, point, seed, ROWS));
  }
}
