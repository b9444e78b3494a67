package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.sampling.Sampler;
import io.mla4j.kernels.sampling.SamplingSettings;
import io.mla4j.kernels.sampling.SeededDraw;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** The next tokens of a batch from a large vocabulary. */
final class SamplingCases implements KernelCases {

  /** How fast probabilities fall with the rank, as those of words do. */
  private static final double FALL = 1.2;

  /** Rows of logits. */
  private record Sizes(int rows, int width) {}

  /** What is timed beside the arg max. */
  private record Kind(String name, SamplingSettings settings) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("all", SamplingSettings.of(0.8)),
          new Kind("top-k", SamplingSettings.of(0.8).withTopK(50)),
          new Kind("top-p", SamplingSettings.of(0.8).withTopP(0.9)),
          new Kind("min-p", SamplingSettings.of(0.8).withMinP(0.05)));

  @Override
  public List<KernelCase> cases(Workbench bench) {
    int width = bench.quick() ? 500 : 131_072;
    List<Sizes> sizes = List.of(new Sizes(1, width), new Sizes(bench.quick() ? 3 : 16, width));
    List<KernelCase> cases = new ArrayList<>();
    for (Sizes size : sizes) {
      cases.add(argmax(bench, size));
      KINDS.forEach(kind -> cases.add(draw(bench, size, kind)));
    }
    return cases;
  }

  private static KernelCase of(String kind, Sizes size, Setup setup) {
    return new KernelCase(
        "sampling-" + kind,
        size.rows + "x" + size.width,
        KernelCase.JAVA,
        Load.moving((double) Float.BYTES * size.rows * size.width),
        setup);
  }

  private static KernelCase argmax(Workbench bench, Sizes size) {
    return of(
        "argmax",
        size,
        memory -> {
          MemorySegment logits = logits(bench, memory, size);
          Sampler sampler = new Sampler(bench.kernels());
          Optional<Peer> peer =
              bench.torchPeer(
                  torch -> {
                    Tensor x = torch.ofBytes(logits, DType.FLOAT32, size.rows, size.width);
                    return x::argmax;
                  });
          return new Work(() -> sampler.argmax(logits, size.rows, size.width), peer);
        });
  }

  private static KernelCase draw(Workbench bench, Sizes size, Kind kind) {
    return of(
        kind.name,
        size,
        memory -> {
          MemorySegment logits = logits(bench, memory, size);
          Sampler sampler = new Sampler(bench.kernels());
          List<SamplingSettings> settings = Collections.nCopies(size.rows, kind.settings);
          List<SeededDraw> draws =
              LongStream.range(0, size.rows).mapToObj(row -> new SeededDraw(row, 0)).toList();
          return Work.alone(() -> sampler.sample(logits, size.rows, size.width, settings, draws));
        });
  }

  /** Logarithms of probabilities that fall with the rank, in any order. */
  private static MemorySegment logits(Workbench bench, Arena memory, Sizes size) {
    MemorySegment logits = bench.floats(memory, (long) size.rows * size.width);
    for (long i = 0; i < (long) size.rows * size.width; i++) {
      double rank = 1 + size.width * (logits.getAtIndex(ValueLayout.JAVA_FLOAT, i) + 1.0) / 2;
      logits.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (-FALL * Math.log(rank)));
    }
    return logits;
  }
}
