package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every twin must do is a suite of its own; this is what the suites share. */
abstract class TwinSuite {

  private FlashMla mla;

  /** The twin under test. */
  abstract FlashMla start(int threads);

  /** The C twin, where the processor can run one. */
  static FlashMla startInC(int threads) {
    NativeKernels kernels = NativeKernels.get();
    assumeTrue(kernels.isAvailable(), kernels.description());
    return FlashMla.start(threads);
  }

  @BeforeEach
  void start() {
    mla = start(3);
  }

  @AfterEach
  void close() {
    if (mla != null) {
      mla.close();
    }
  }

  FlashMla mla() {
    return mla;
  }

  /** Runs one case. */
  interface Trial<P> {

    /** What is wrong, if something is. */
    Optional<String> run(FlashMla mla, P point, long seed);
  }

  /** Requires that nothing is wrong with any of the cases; their indices are the seeds. */
  <P> void check(List<P> cases, Trial<P> trial) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      trial.run(mla, cases.get(i), i).ifPresent(wrong::add);
    }
    assertEquals(List.of(), wrong, wrong.size() + " of " + cases.size() + " cases");
  }

  /** As many cases in random order as an amount of work allows, the largest left out. */
  static <P> List<P> sample(List<P> grid, ToLongFunction<P> work, long most, long mostOfOne) {
    List<P> order = new ArrayList<>(grid);
    Collections.shuffle(order, new Random(7));
    List<P> sample = new ArrayList<>();
    long done = 0;
    for (P point : order) {
      long cost = work.applyAsLong(point);
      if (cost <= mostOfOne && done + cost <= most) {
        sample.add(point);
        done += cost;
      }
    }
    return sample;
  }
}
