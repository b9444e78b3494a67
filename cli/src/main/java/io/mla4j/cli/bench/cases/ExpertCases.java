package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.expert.Expert;
import io.mla4j.kernels.expert.ExpertWeights;
import io.mla4j.kernels.expert.RoutedExperts;
import io.mla4j.kernels.expert.Routing;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.WeightFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Routed experts of DeepSeek-V2-Lite's widths: a step of decoding, and a prompt. */
final class ExpertCases implements KernelCases {

  private static final Sizes SIZES = new Sizes(16, 6, 2048, 1408);
  private static final Sizes QUICK_SIZES = new Sizes(4, 2, 64, 32);

  /**
   * A layer.
   *
   * @param width E
   * @param inner I
   */
  private record Sizes(int experts, int perToken, int width, int inner) {

    double weightsOfOne() {
      return 3.0 * width * inner;
    }
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    Sizes sizes = bench.quick() ? QUICK_SIZES : SIZES;
    Load step = Load.moving(sizes.weightsOfOne() * sizes.perToken * Short.BYTES);
    List<KernelCase> cases = new ArrayList<>(List.of(of(bench, sizes, 1, step)));
    for (int tokens : bench.quick() ? new int[] {8} : new int[] {64, 512}) {
      double flops = 2 * sizes.weightsOfOne() * sizes.perToken * tokens;
      PeakKind peak = inC() ? PeakKind.BF16 : PeakKind.FLOAT32;
      cases.add(of(bench, sizes, tokens, Load.computing(peak, flops)));
    }
    return cases;
  }

  private static boolean inC() {
    return NativeKernels.get().isAvailable();
  }

  private static KernelCase of(Workbench bench, Sizes sizes, int tokens, Load load) {
    return new KernelCase(
        "experts-bf16",
        "%dx%dof%d-%dx%d"
            .formatted(tokens, sizes.perToken, sizes.experts, sizes.width, sizes.inner),
        inC() ? KernelCase.C : KernelCase.JAVA,
        load,
        memory -> work(bench, memory, sizes, tokens));
  }

  private static Work work(Workbench bench, Arena memory, Sizes sizes, int tokens) {
    MatrixProducts products = new MatrixProducts(bench.kernels().threads());
    RoutedExperts experts = new RoutedExperts(bench.kernels(), products);
    ExpertWeights weights = weights(bench, memory, sizes);
    MemorySegment x = bench.floats(memory, (long) tokens * sizes.width);
    MemorySegment out = bench.zeros(memory, (long) tokens * sizes.width);
    Routing routing = routing(bench, memory, sizes, tokens);
    return Work.alone(() -> experts.run(x, routing, weights, out))
        .releasing(
            () -> {
              weights.close();
              products.close();
            });
  }

  /** Every expert in memory of its own, from the same numbers. */
  private static ExpertWeights weights(Workbench bench, Arena memory, Sizes sizes) {
    MemorySegment source = bench.floats(memory, (long) sizes.width * sizes.inner);
    List<Expert> packed = new ArrayList<>();
    for (int e = 0; e < sizes.experts; e++) {
      packed.add(
          Expert.pack(
              source,
              source,
              source,
              ElementType.FLOAT32,
              sizes.inner,
              sizes.width,
              WeightFormat.BF16,
              bench.kernels().threads()));
    }
    return new ExpertWeights(packed);
  }

  /** Every expert has as many tokens as the others, or one more. */
  private static Routing routing(Workbench bench, Arena memory, Sizes sizes, int tokens) {
    int pairs = tokens * sizes.perToken;
    MemorySegment chosen = bench.bytes(memory, (long) pairs * Integer.BYTES);
    for (int pair = 0; pair < pairs; pair++) {
      chosen.setAtIndex(ValueLayout.JAVA_INT, pair, pair % sizes.experts);
    }
    return new Routing(chosen, bench.floats(memory, pairs), tokens, sizes.perToken);
  }
}
