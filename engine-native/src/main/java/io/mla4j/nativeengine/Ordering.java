package io.mla4j.nativeengine;

import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** What depends on the order along a dimension: sorting, the largest, sums so far. */
final class Ordering {

  private final KernelThreads threads;

  Ordering(KernelThreads threads) {
    this.threads = threads;
  }

  Tensor.Ranked topK(NativeTensor x, int k) {
    int axis = x.shape().axis(-1);
    long width = x.shape().dim(axis);
    if (k < 0 || k > width) {
      throw new IllegalArgumentException(
          "The %d largest of %d elements cannot be taken.".formatted(k, width));
    }
    return ranked(x, axis, k, true);
  }

  Tensor.Ranked sort(NativeTensor x, int axis, boolean descending) {
    return ranked(x, axis, x.shape().dim(axis), descending);
  }

  /** The first {@code count} of each row along the axis, in order. */
  private Tensor.Ranked ranked(NativeTensor x, int axis, long count, boolean descending) {
    int last = x.shape().rank() - 1;
    try (Temporaries temporaries = new Temporaries();
        NativeTensor turned = x.unscopedView(x.layout().transpose(axis, last))) {
      NativeTensor rows = temporaries.rowMajor(turned);
      Shape shape = rows.shape().with(last, count);
      NativeTensor values = temporaries.empty(x.engine(), x.dtype(), shape);
      NativeTensor indices = temporaries.empty(x.engine(), DType.INT64, shape);
      rank(rows, values, indices, descending);
      return new Tensor.Ranked(values.transpose(axis, last), indices.transpose(axis, last));
    }
  }

  private void rank(
      NativeTensor rows, NativeTensor values, NativeTensor indices, boolean descending) {
    int width = Math.toIntExact(rows.shape().dim(-1));
    int count = (int) values.shape().dim(-1);
    RowOrder order = RowOrder.of(rows.dtype(), descending);
    MemorySegment from = rows.memoryFromStart();
    MemorySegment to = values.memory();
    MemorySegment places = indices.memory();
    int bytes = rows.dtype().bytes();
    threads.parallelFor(
        width == 0 ? 0 : rows.shape().size() / width,
        Math.max(1, Copying.GRAIN / Math.max(1, width)),
        (first, end) -> {
          for (long row = first; row < end; row++) {
            int[] places0 = order.first(from, row * width, width, count);
            for (int i = 0; i < count; i++) {
              places.setAtIndex(ValueLayout.JAVA_LONG, row * count + i, places0[i]);
              Copying.moveOne(from, row * width + places0[i], to, row * count + i, bytes);
            }
          }
        });
  }

  /** The sums in double or long, each rounded to the type. */
  Tensor cumulativeSum(NativeTensor x, int axis) {
    if (x.dtype() == DType.BOOL) {
      throw Arithmetic.unsupported("cumulativeSum", x.dtype());
    }
    NativeTensor out = x.engine().empty(x.dtype(), x.shape());
    StridedLoop loop = new StridedLoop(out.layout().collapse(axis), x.layout().collapse(axis));
    ElementType type = ElementType.of(x.dtype());
    long extent = x.shape().dim(axis);
    MemorySegment from = x.memory();
    MemorySegment to = out.memory();
    loop.run(
        threads,
        Math.max(1, Copying.GRAIN / Math.max(1, extent)),
        (at, count) -> {
          for (int i = 0; i < count; i++) {
            long source = at[1] + i * loop.step(1);
            long target = at[0] + i * loop.step(0);
            sums(
                type,
                from,
                source,
                x.layout().stride(axis),
                to,
                target,
                out.layout().stride(axis),
                extent);
          }
        });
    return out;
  }

  private static void sums(
      ElementType type,
      MemorySegment from,
      long source,
      long sourceStep,
      MemorySegment to,
      long target,
      long targetStep,
      long count) {
    double sum = 0;
    long whole = 0;
    for (long i = 0; i < count; i++) {
      if (type.isFloating()) {
        sum += type.get(from, source + i * sourceStep);
        type.set(to, target + i * targetStep, sum);
      } else {
        whole += type.getLong(from, source + i * sourceStep);
        type.setLong(to, target + i * targetStep, whole);
      }
    }
  }

  /**
   * Orders one row; NaN is the largest, both zeros are equal, and the first of equal ones leads.
   */
  private interface RowOrder {

    /** The places of the first {@code count} elements in this order. */
    int[] first(MemorySegment memory, long from, int width, int count);

    static RowOrder of(DType dtype, boolean descending) {
      ElementType type = ElementType.of(dtype);
      return switch (dtype) {
        case FLOAT64 ->
            (memory, from, width, count) ->
                byKeys(width, count, i -> bits(type.get(memory, from + i)), descending);
        case INT64 ->
            (memory, from, width, count) ->
                byKeys(width, count, i -> type.getLong(memory, from + i), descending);
        case FLOAT32, BF16, FLOAT16 ->
            (memory, from, width, count) ->
                packed(width, count, i -> bits((float) type.get(memory, from + i)), descending);
        case INT32, INT8, BOOL ->
            (memory, from, width, count) ->
                packed(width, count, i -> (int) type.getLong(memory, from + i), descending);
      };
    }

    /** A whole number in the same order as the floating one. */
    private static int bits(float value) {
      int bits = Float.floatToIntBits(value == 0 ? 0 : value); // one NaN, one zero
      return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    private static long bits(double value) {
      long bits = Double.doubleToLongBits(value == 0 ? 0 : value);
      return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    /** The element's key and its place in one number, so that numbers are sorted. */
    private static int[] packed(int width, int count, IntKey key, boolean descending) {
      long[] sorted = new long[Math.min(count, width)];
      if (count * 8L < width) {
        select(sorted, width, key, descending);
      } else {
        long[] all = new long[width];
        for (int i = 0; i < width; i++) {
          all[i] = pack(key.of(i), i, descending);
        }
        Arrays.sort(all);
        System.arraycopy(all, 0, sorted, 0, sorted.length);
      }
      int[] places = new int[count];
      for (int i = 0; i < count; i++) {
        places[i] = (int) sorted[i];
      }
      return places;
    }

    private static long pack(int key, int place, boolean descending) {
      return (long) (descending ? ~key : key) << 32 | place;
    }

    /** Keeps the first few in order while it goes through the row. */
    private static void select(long[] kept, int width, IntKey key, boolean descending) {
      int size = 0;
      for (int i = 0; i < width; i++) {
        long candidate = pack(key.of(i), i, descending);
        if (size == kept.length && (size == 0 || candidate > kept[size - 1])) {
          continue;
        }
        int place = -1 - Arrays.binarySearch(kept, 0, size, candidate);
        size = Math.min(size + 1, kept.length);
        System.arraycopy(kept, place, kept, place + 1, size - place - 1);
        kept[place] = candidate;
      }
    }

    private static int[] byKeys(int width, int count, LongKey key, boolean descending) {
      long[] keys = new long[width];
      Integer[] places = new Integer[width];
      for (int i = 0; i < width; i++) {
        keys[i] = descending ? ~key.of(i) : key.of(i);
        places[i] = i;
      }
      Arrays.sort(places, (a, b) -> Long.compare(keys[a], keys[b])); // is stable
      int[] first = new int[count];
      for (int i = 0; i < count; i++) {
        first[i] = places[i];
      }
      return first;
    }
  }

  private interface IntKey {
    int of(int place);
  }

  private interface LongKey {
    long of(int place);
  }
}
