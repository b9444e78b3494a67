package io.mla4j.kernels.product;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C twin, {@code product.c}. Segments go as such, so that none is freed while C reads it. */
final class NativeProduct implements ProductBody {

  private static final FunctionDescriptor RUN =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final FunctionDescriptor WORK = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
  private static final FunctionDescriptor PASS =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor ROWS =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor QUANTIZE =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private final MethodHandle run;
  private final MethodHandle work;
  private final MethodHandle pass;
  private final MethodHandle rows;
  private final MethodHandle quantize;

  private NativeProduct(
      MethodHandle run,
      MethodHandle work,
      MethodHandle pass,
      MethodHandle rows,
      MethodHandle quantize) {
    this.run = run;
    this.work = work;
    this.pass = pass;
    this.rows = rows;
    this.quantize = quantize;
  }

  /** The twin, where this machine has it. */
  static Optional<NativeProduct> find() {
    return NativeKernels.get().isAvailable()
        ? Optional.of(
            new NativeProduct(
                find("product", RUN),
                find("product_work", WORK),
                find("product_pass", PASS),
                find("product_rows", ROWS),
                find("product_quantize", QUANTIZE)))
        : Optional.empty();
  }

  private static MethodHandle find(String name, FunctionDescriptor signature) {
    return NativeKernels.get().find(name, signature).orElseThrow();
  }

  @Override
  public String description() {
    return NativeKernels.get().description();
  }

  @Override
  public long pass(Activations x, WeightFormat format) {
    try {
      return (long) pass.invokeExact((long) NativeJob.format(format), (long) NativeJob.element(x));
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public long rows(Activations x, WeightFormat format) {
    try {
      return (long)
          rows.invokeExact((long) NativeJob.format(format), (long) NativeJob.element(x), x.depth());
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public long workBytes(Product product) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment job = arena.allocate(NativeJob.BYTES, 8);
      NativeJob.write(product, product.plan().largest(), job);
      return NativeJob.BYTES + (long) work.invokeExact(job);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public void run(Product product, Block block, MemorySegment work) {
    NativeJob.write(product, block, work);
    MemorySegment scales =
        product.x() instanceof Activations.Int8 x ? x.scales() : MemorySegment.NULL;
    Epilogue epilogue = product.epilogue();
    try {
      run.invokeExact(
          work,
          product.x().memory(),
          scales,
          product.weights().memory(),
          epilogue.bias().orElse(MemorySegment.NULL),
          epilogue.residual().orElse(MemorySegment.NULL),
          product.out());
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public void quantize(MemorySegment x, Activations.Int8 to, long rowFrom, long rowTo) {
    try {
      quantize.invokeExact(x, to.memory(), to.scales(), rowFrom, rowTo, to.depth());
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }
}
