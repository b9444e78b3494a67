package io.mla4j.cli.bench;

import io.mla4j.flashmla.CacheFormat;
import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.DecodeTrial;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.ArrayList;
import java.util.List;

/** Latent decoding over FlashMLA's whole grids, by both twins, against float64. */
final class DecodeVerification implements Verification {

  /** Query rows of a case that are compared with the oracle. */
  private static final int ROWS = 6;

  /** One in so many cases is a small part. */
  private static final int QUICK_STEP = 400;

  @Override
  public String name() {
    return "latent-decode";
  }

  @Override
  public List<Check> checks(Workbench bench) {
    List<DecodeCase> cases = new ArrayList<>(DecodeCase.denseGrid());
    cases.addAll(DecodeCase.sparseGrid());
    cases.addAll(DecodeCase.widths());
    cases.addAll(DecodeCase.formatGrid(CacheFormat.FLOAT32));
    cases.addAll(DecodeCase.formatGrid(CacheFormat.INT8));
    cases.addAll(DecodeCase.formatGrid(CacheFormat.FP8));
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
    return new Check(twin, memory -> DecodeTrial.run(mla, point, seed, ROWS));
  }
}
