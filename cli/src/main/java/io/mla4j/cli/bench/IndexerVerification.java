package io.mla4j.cli.bench;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.verification.IndexerCase;
import io.mla4j.flashmla.verification.IndexerTrial;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.ArrayList;
import java.util.List;

/** The lightning indexer and its selection over the whole grid, by both twins. */
final class IndexerVerification implements Verification {

  /** Scores of a case that are compared with the oracle. */
  private static final int SCORES = 500;

  /** One in so many cases is a small part; the largest are left out of it. */
  private static final int QUICK_STEP = 60;

  private static final long QUICK_WORK = 1_000_000;

  @Override
  public String name() {
    return "indexer";
  }

  @Override
  public List<Check> checks(Workbench bench) {
    List<IndexerCase> cases = IndexerCase.grid();
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < cases.size(); i += bench.quick() ? QUICK_STEP : 1) {
      IndexerCase point = cases.get(i);
      if (!bench.quick() || point.work() <= QUICK_WORK) {
        if (NativeKernels.get().isAvailable()) {
          checks.add(check(FlashMla.on(bench.kernels()), KernelCase.C, point, i));
        }
        checks.add(check(FlashMla.inJavaOn(bench.kernels()), KernelCase.JAVA, point, i));
      }
    }
    return checks;
  }

  private static Check check(FlashMla mla, String twin, IndexerCase point, int seed) {
    return new Check(twin, memory -> IndexerTrial.run(mla, point, seed, SCORES));
  }
}
