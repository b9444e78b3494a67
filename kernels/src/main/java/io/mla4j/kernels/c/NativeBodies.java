package io.mla4j.kernels.c;

import io.mla4j.kernels.body.AttentionBody;
import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.RotaryBody;
import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.body.SoftmaxBodies;
import io.mla4j.kernels.body.StripBodies;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.Optional;

/** Another twin's loops, with those replaced that there are in C for this machine. */
public final class NativeBodies implements KernelBodies {

  private final KernelBodies other;
  private final ElementwiseBodies elementwise;
  private final RowBodies rows;
  private final ConversionBodies conversions;

  public NativeBodies(KernelBodies other) {
    this.other = other;
    this.elementwise = NativeElementwise.over(other.elementwise());
    this.rows = NativeRows.over(other.rows());
    this.conversions = NativeConversions.over(other.conversions());
  }

  @Override
  public String description() {
    return NativeKernels.get().description() + " over " + other.description();
  }

  @Override
  public boolean isNative() {
    return true;
  }

  @Override
  public Scratch scratch() {
    return other.scratch();
  }

  @Override
  public ElementwiseBodies elementwise() {
    return elementwise;
  }

  @Override
  public RowBodies rows() {
    return rows;
  }

  @Override
  public ProductBodies products() {
    return other.products();
  }

  @Override
  public SoftmaxBodies softmax() {
    return other.softmax();
  }

  @Override
  public StripBodies strips(int columns) {
    return other.strips(columns);
  }

  @Override
  public Optional<AttentionBody> attention() {
    return NativeAttention.find(scratch());
  }

  @Override
  public Optional<RotaryBody> rotary() {
    return NativeRotary.find();
  }

  @Override
  public ConversionBodies conversions() {
    return conversions;
  }
}
