package io.mla4j.kernels;

import io.mla4j.kernels.nativecode.NativeKernels;
import java.util.Optional;

/** Another twin's loops, with those replaced that there are in C for this machine. */
final class NativeBodies implements KernelBodies {

  private final KernelBodies other;
  private final ElementwiseBodies elementwise;
  private final RowBodies rows;
  private final ConversionBodies conversions;

  NativeBodies(KernelBodies other) {
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
