package io.mla4j.cli.bench;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.verification.PrefillCase;
import io.mla4j.flashmla.verification.PrefillTrial;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.ArrayList;
import java.util.List;

/** Prefill over its whole grids, by both twins, against float64. */
final class PrefillVerification implements Verification {

  /** Query rows of a case that are compared with the oracle. */
  private static final int ROWS = 8;

  /** One in so many cases is a small part; the largest are left out of it. */
  private static final int QUICK_STEP = 100;

  private static final long QUICK_WORK = 1_000_000;

  @Override
  public String name() {
    return "prefill";
  }

  @Override
  public List<Check> checks(Workbench bench) {
    List<PrefillCase> cases = new ArrayList<>(PrefillCase.grid());
    cases.addAll(PrefillCase.widths());
    cases.addAll(PrefillCase.lengths());
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < cases.size(); i += bench.quick() ? QUICK_STEP : 1) {
      PrefillCase point = cases.get(i);
      if (!bench.quick() || point.work() <= QUICK_WORK) {
        if (NativeKernels.get().isAvailable()) {
          checks.add(check(FlashMla.on(bench.kernels()), KernelCase.C, point, i));
        }
        checks.add(check(FlashMla.inJavaOn(bench.kernels()), KernelCase.JAVA, point, i));
      }
    }
    return checks;
  }

  private static Check check(FlashMla mla, String twin, PrefillCase point, int seed) {
    return new Check(twin, memory -> PrefillTrial.run(mla, point, seed, ROWS));
  }
}
