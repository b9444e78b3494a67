package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What happens to a product before it is written: {@code function(product + bias) + residual}.
 *
 * @param bias [N], float32
 * @param residual [M, N], float32; it may be the result's own memory
 */
public record Epilogue(
    Optional<MemorySegment> bias, ActivationFunction function, Optional<MemorySegment> residual) {

  /** The product as it is. */
  public static final Epilogue NONE =
      new Epilogue(Optional.empty(), ActivationFunction.NONE, Optional.empty());

  public Epilogue withBias(MemorySegment added) {
    return new Epilogue(Optional.of(added), function, residual);
  }

  public Epilogue withFunction(ActivationFunction applied) {
    return new Epilogue(bias, applied, residual);
  }

  public Epilogue withResidual(MemorySegment added) {
    return new Epilogue(bias, function, Optional.of(added));
  }

  void check(long rows, long channels) {
    bias.ifPresent(memory -> NativeMemory.check("bias", memory, Float.BYTES, 1, channels));
    residual.ifPresent(
        memory -> NativeMemory.check("residual", memory, Float.BYTES, rows, channels));
  }

  /** Requires that a result lies apart from what is read, but for a residual in its place. */
  void checkApart(long rows, long channels, MemorySegment out) {
    bias.map(memory -> memory.asSlice(0, channels * Float.BYTES))
        .ifPresent(memory -> NativeMemory.checkApart("result", out, "bias", memory));
    residual
        .filter(memory -> memory.address() != out.address())
        .map(memory -> memory.asSlice(0, rows * channels * Float.BYTES))
        .ifPresent(memory -> NativeMemory.checkApart("result", out, "residual", memory));
  }
}
