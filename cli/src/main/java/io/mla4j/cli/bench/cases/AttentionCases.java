package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** Dense attention of float32 heads: [1, T, H, D] over as many keys and values. */
final class AttentionCases implements KernelCases {

  private static final long HEADS = 8;
  private static final long WIDTH = 64;

  @Override
  public List<KernelCase> cases(Workbench bench) {
    long tokens = bench.quick() ? 32 : 512;
    double scoresAndSums = 2 * 2.0 * tokens * tokens * HEADS * WIDTH;
    return List.of(
        new KernelCase(
            "attention-float32",
            tokens + "x" + tokens + " heads " + HEADS + " width " + WIDTH,
            bench.kernels().bodies().attention().isPresent() ? KernelCase.C : KernelCase.JAVA,
            Load.computing(PeakKind.FLOAT32, scoresAndSums),
            memory -> attention(bench, memory, tokens)));
  }

  private static Work attention(Workbench bench, Arena memory, long tokens) {
    long count = tokens * HEADS * WIDTH;
    MemorySegment query = bench.floats(memory, count);
    MemorySegment key = bench.floats(memory, count);
    MemorySegment value = bench.floats(memory, count);
    Heads q = heads(query, tokens);
    Heads k = heads(key, tokens);
    Heads v = heads(value, tokens);
    Heads out = heads(bench.zeros(memory, count), tokens);
    Visibility all = new Visibility(false, 0, Optional.empty());
    double scale = 1 / Math.sqrt(WIDTH);
    return new Work(
        () -> bench.kernels().attention().attend(q, k, v, all, (float) scale, out),
        bench.torchPeer(
            torch -> {
              Tensor a = torch.ofBytes(query, DType.FLOAT32, 1, tokens, HEADS, WIDTH);
              Tensor b = torch.ofBytes(key, DType.FLOAT32, 1, tokens, HEADS, WIDTH);
              Tensor c = torch.ofBytes(value, DType.FLOAT32, 1, tokens, HEADS, WIDTH);
              return () -> torch.attention(a, b, c, AttentionMask.NONE, scale);
            }));
  }

  private static Heads heads(MemorySegment memory, long tokens) {
    return Heads.contiguous(memory, 0, 1, tokens, HEADS, WIDTH);
  }
}
