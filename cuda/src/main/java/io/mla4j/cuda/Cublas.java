package io.mla4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Products by NVIDIA's library, where it is installed: something to compare with. */
public final class Cublas implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Cublas.class);

  private static final List<String> NAMES =
      List.of("libcublas.so.13", "libcublas.so.12", "libcublas.so");

  private static final int NOT_TRANSPOSED = 0; // CUBLAS_OP_N
  private static final int TRANSPOSED = 1; // CUBLAS_OP_T
  private static final int BF16_BYTES = 2;
  private static final int BF16 = 14; // CUDA_R_16BF
  private static final int SUMS_IN_FLOAT32 = 68; // CUBLAS_COMPUTE_32F
  private static final int DEFAULT_ALGORITHM = -1; // CUBLAS_GEMM_DEFAULT

  private final CudaDevice device;
  private final Arena arena = Arena.ofShared();
  private final MethodHandle destroy;
  private final MethodHandle product;
  private final MemorySegment handle;
  private final MemorySegment one;
  private final MemorySegment zero;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * One operand of a batch, row by row.
   *
   * @param rowElements from one row to the next
   * @param elements from one of the batch to the next
   */
  public record Operand(DeviceMemory memory, int rowElements, long elements) {

    private void check(CudaDevice device, int rows, int columns, int batch) {
      long last = (batch - 1L) * elements + (rows - 1L) * rowElements + columns;
      if (memory.device() != device || rows < 1 || columns < 1 || batch < 1) {
        throw new IllegalArgumentException("Operands are of this device, and not empty.");
      }
      if (columns > rowElements || elements < 0 || last * BF16_BYTES > memory.byteSize()) {
        throw new IllegalArgumentException(
            "%d times %d rows of %d do not fit into %,d bytes."
                .formatted(batch, rows, columns, memory.byteSize()));
      }
    }
  }

  private Cublas(CudaDevice device, SymbolLookup library) {
    this.device = device;
    this.destroy = function(library, "cublasDestroy_v2", ADDRESS);
    this.product =
        function(
            library,
            "cublasGemmStridedBatchedEx",
            new MemoryLayout[] {
              ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG,
              JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS,
              JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT
            });
    this.handle = create(function(library, "cublasCreate_v2", ADDRESS));
    MethodHandle useStream = function(library, "cublasSetStream_v2", ADDRESS, ADDRESS);
    call("cublasSetStream", () -> (int) useStream.invokeExact(handle, device.stream()));
    this.one = arena.allocateFrom(JAVA_FLOAT, 1);
    this.zero = arena.allocateFrom(JAVA_FLOAT, 0);
  }

  /** The library, if one that starts is on the library path. */
  public static Optional<Cublas> find(CudaDevice device) {
    for (String name : NAMES) {
      try {
        return Optional.of(new Cublas(device, SymbolLookup.libraryLookup(name, Arena.global())));
      } catch (IllegalArgumentException | NoSuchElementException | CudaException unusable) {
        LOGGER.debug("{} cannot be used: {}", name, unusable.getMessage());
      }
    }
    return Optional.empty();
  }

  private static MethodHandle function(
      SymbolLookup library, String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(library.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private MemorySegment create(MethodHandle create) {
    MemorySegment result = arena.allocate(ADDRESS);
    call("cublasCreate", () -> (int) create.invokeExact(result));
    return result.get(ADDRESS, 0);
  }

  private interface Call {
    int run() throws Throwable;
  }

  private void call(String name, Call call) {
    device.run(
        driver -> {
          try {
            int status = call.run();
            if (status != 0) {
              throw new CudaException(name + " failed with status " + status + ".");
            }
          } catch (Error | RuntimeException failure) {
            throw failure;
          } catch (Throwable impossible) {
            throw new IllegalStateException(name + " could not be called.", impossible);
          }
        });
  }

  /** Asks for {@code c[M, N] = a[M, K] · b[N, K]ᵀ}, all bf16, of each of a batch. */
  public void productWithTransposed(
      Operand a, Operand b, Operand c, int m, int n, int k, int batch) {
    b.check(device, n, k, batch);
    checkRest(a, c, m, n, k, batch);
    multiply(TRANSPOSED, b, a, c, n, m, k, batch);
  }

  /** Asks for {@code c[M, N] = a[M, K] · b[K, N]}, all bf16, of each of a batch. */
  public void product(Operand a, Operand b, Operand c, int m, int n, int k, int batch) {
    b.check(device, k, n, batch);
    checkRest(a, c, m, n, k, batch);
    multiply(NOT_TRANSPOSED, b, a, c, n, m, k, batch);
  }

  private void checkRest(Operand a, Operand c, int m, int n, int k, int batch) {
    if (closed.get()) {
      throw new IllegalStateException("cuBLAS has been closed.");
    }
    a.check(device, m, k, batch);
    c.check(device, m, n, batch);
  }

  /** As the library sees it, matrices lie column by column: ours are their own transposes. */
  private void multiply(
      int transposition, Operand a, Operand b, Operand c, int m, int n, int k, int batch) {
    call(
        "cublasGemmStridedBatchedEx",
        () ->
            (int)
                product.invokeExact(
                    handle,
                    transposition,
                    NOT_TRANSPOSED,
                    m,
                    n,
                    k,
                    one,
                    a.memory.address(),
                    BF16,
                    a.rowElements,
                    a.elements,
                    b.memory.address(),
                    BF16,
                    b.rowElements,
                    b.elements,
                    zero,
                    c.memory.address(),
                    BF16,
                    c.rowElements,
                    c.elements,
                    batch,
                    SUMS_IN_FLOAT32,
                    DEFAULT_ALGORITHM));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      device.ifOpen(driver -> call("cublasDestroy", () -> (int) destroy.invokeExact(handle)));
      arena.close();
    }
  }
}
