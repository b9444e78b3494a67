package io.mla4j.kernels.expert;

import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.kernels.product.WeightFormat;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A SwiGLU network, {@code W_down (silu(W_gate x) ⊙ W_up x)} (arXiv 2002.05202), with packed
 * weights.
 *
 * @param gate [I, E]
 * @param up [I, E]
 * @param down [E, I]
 */
public record Expert(PackedWeights gate, PackedWeights up, PackedWeights down)
    implements AutoCloseable {

  /**
   * @throws IllegalArgumentException if the three do not fit each other
   */
  public Expert {
    require("up", up, gate.channels(), gate.depth());
    require("down", down, gate.depth(), gate.channels());
  }

  private static void require(String what, PackedWeights weights, long channels, long depth) {
    if (weights.channels() != channels || weights.depth() != depth) {
      throw new IllegalArgumentException(
          "With this gate the %s weights must be [%d, %d], not [%d, %d]."
              .formatted(what, channels, depth, weights.channels(), weights.depth()));
    }
  }

  /**
   * Packs weights, rounding them to a format. The sources may be freed afterwards.
   *
   * @param gate [I, E], row-major
   * @param up [I, E], row-major
   * @param down [E, I], row-major
   * @param inner I
   * @param width E
   */
  public static Expert pack(
      MemorySegment gate,
      MemorySegment up,
      MemorySegment down,
      ElementType type,
      long inner,
      long width,
      WeightFormat format,
      KernelThreads threads) {
    List<PackedWeights> packed = new ArrayList<>();
    try {
      packed.add(PackedWeights.pack(gate, type, inner, width, format, threads));
      packed.add(PackedWeights.pack(up, type, inner, width, format, threads));
      packed.add(PackedWeights.pack(down, type, width, inner, format, threads));
      return new Expert(packed.get(0), packed.get(1), packed.get(2));
    } finally {
      if (packed.size() < 3) {
        packed.forEach(PackedWeights::close);
      }
    }
  }

  /** I. */
  public long inner() {
    return gate.channels();
  }

  /** E. */
  public long width() {
    return gate.depth();
  }

  /** What the weights occupy. */
  public long byteSize() {
    return gate.byteSize() + up.byteSize() + down.byteSize();
  }

  @Override
  public void close() {
    gate.close();
    up.close();
    down.close();
  }
}
