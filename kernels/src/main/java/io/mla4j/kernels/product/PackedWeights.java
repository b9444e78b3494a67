package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.HugePages;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Optional;

/**
 * Weights [N, K] in the order in which products read them, in memory of their own, or in bf16 where
 * they lie. They do not change; any number of threads may use them until they are closed.
 */
public final class PackedWeights implements AutoCloseable {

  /** Above this a sum of int8 products could leave int32. */
  private static final long MOST_INT8_DEPTH = 1 << 17;

  /** Elements below which another thread costs more than it brings. */
  private static final long UNPACK_GRAIN = 1 << 15;

  private final PanelLayout layout;
  private final Optional<Arena> arena;
  private final MemorySegment memory;

  private PackedWeights(PanelLayout layout) {
    Arena own = Arena.ofShared();
    this.layout = layout;
    this.arena = Optional.of(own);
    this.memory = HugePages.allocate(own, layout.totalBytes());
  }

  private PackedWeights(PanelLayout layout, MemorySegment memory) {
    this.layout = layout;
    this.arena = Optional.empty();
    this.memory = memory;
  }

  /**
   * Weights where they lie, {@link WeightFormat#BF16_ROWS}: nothing is copied, and closing frees
   * nothing.
   *
   * @param rows [N, K] in bf16, row-major, which may start at any byte; it stays the caller's, and
   *     is not written to while these weights are in use
   * @param channels N
   * @param depth K
   * @throws IllegalArgumentException if an extent is below 1, the memory too small, or not one that
   *     all threads may read
   */
  public static PackedWeights over(MemorySegment rows, long channels, long depth) {
    PanelLayout layout = layout(WeightFormat.BF16_ROWS, channels, depth);
    NativeMemory.check("weights", rows, Short.BYTES, channels, depth);
    return new PackedWeights(layout, rows.asSlice(0, layout.totalBytes()));
  }

  /**
   * Packs weights, rounding them to a format. The source may be freed afterwards.
   *
   * @param source [N, K], row-major
   * @param channels N
   * @param depth K
   * @throws IllegalArgumentException if an extent is below 1, the depth beyond 131072 for int8, or
   *     the source too small
   */
  public static PackedWeights pack(
      MemorySegment source,
      ElementType type,
      long channels,
      long depth,
      WeightFormat format,
      KernelThreads threads) {
    PanelLayout layout = layout(format, channels, depth);
    NativeMemory.check("weights", source, type.bytes(), channels, depth);
    if (isOfFormat(type, format)) {
      return new PackedWeights(layout).turned(source, depth * type.bytes(), threads);
    }
    return new PackedWeights(layout)
        .filled(
            threads,
            (packer, first, end) -> {
              float[] row = new float[Math.toIntExact(depth)];
              for (long channel = first; channel < end; channel++) {
                for (int k = 0; k < row.length; k++) {
                  row[k] = type.get(source, channel * depth + k);
                }
                packer.pack(channel, row);
              }
            });
  }

  /** Whether nothing is rounded, so that weights only move. */
  private static boolean isOfFormat(ElementType type, WeightFormat format) {
    return switch (type) {
      case FLOAT32 -> format == WeightFormat.FLOAT32;
      case BF16 -> format == WeightFormat.BF16;
    };
  }

  private PackedWeights turned(MemorySegment rows, long rowBytes, KernelThreads threads) {
    return filled(
        threads,
        (packer, first, end) -> {
          for (long channel = first; channel < end; channel += PanelLayout.PANEL) {
            int count = (int) Math.min(PanelLayout.PANEL, end - channel);
            MemorySegment from = rows.asSlice(channel * rowBytes, count * rowBytes);
            MemorySegment to = memory.asSlice(layout.offset(channel, 0), layout.panelBytes());
            PanelTurn.turn(from, rowBytes, count, to);
          }
        });
  }

  /**
   * Packs int8 weights that have been quantized elsewhere.
   *
   * @param values [N, K], int8, row-major
   * @param scales [N], float32
   */
  public static PackedWeights packInt8(
      MemorySegment values,
      MemorySegment scales,
      long channels,
      long depth,
      KernelThreads threads) {
    PanelLayout layout = layout(WeightFormat.INT8, channels, depth);
    NativeMemory.check("weights", values, Byte.BYTES, channels, depth);
    NativeMemory.check("scales of the weights", scales, Float.BYTES, channels, 1);
    return new PackedWeights(layout)
        .filled(
            threads,
            (packer, first, end) -> {
              for (long channel = first; channel < end; channel++) {
                MemorySegment row = values.asSlice(channel * depth, depth);
                packer.packInt8(channel, row, Floats.get(scales, channel));
              }
            });
  }

  /** Packs the channels from one up to and without another. */
  private interface Filler {
    void fill(WeightPacker packer, long first, long end);
  }

  /** These weights with all channels packed; frees them where that fails. */
  private PackedWeights filled(KernelThreads threads, Filler filler) {
    WeightPacker packer = new WeightPacker(layout, memory);
    boolean done = false;
    try {
      threads.parallelFor(
          layout.panels(),
          1,
          (from, to) ->
              filler.fill(
                  packer, from * PanelLayout.PANEL, Math.min(channels(), to * PanelLayout.PANEL)));
      done = true;
      return this;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private static PanelLayout layout(WeightFormat format, long channels, long depth) {
    Extent.checkPositive("number of output channels", channels);
    Extent.checkPositive("depth of the weights", depth);
    long most = format == WeightFormat.INT8 ? MOST_INT8_DEPTH : Integer.MAX_VALUE - 8L;
    if (depth > most) {
      throw new IllegalArgumentException(
          "The depth of " + format + " weights is at most " + most + ", not " + depth + ".");
    }
    return new PanelLayout(format, channels, depth);
  }

  public WeightFormat format() {
    return layout.format();
  }

  /** N. */
  public long channels() {
    return layout.channels();
  }

  /** K. */
  public long depth() {
    return layout.depth();
  }

  /** What they occupy, padding and scales included. */
  public long byteSize() {
    return memory.byteSize();
  }

  /** A weight as it is kept, with its scale. */
  public double get(long channel, long k) {
    Objects.checkIndex(channel, channels());
    Objects.checkIndex(k, depth());
    WeightPacker reader = new WeightPacker(layout, memory);
    return (double) reader.stored(channel, k) * reader.channelScale(channel);
  }

  /**
   * Writes the weights as they are kept, row by row: FLOAT32 and bf16 in their own type.
   *
   * @param to [N, K], overwritten
   * @throws IllegalArgumentException if they are int8 or int4, or the memory is too small
   */
  public void unpack(MemorySegment to, KernelThreads threads) {
    checkOpen();
    int bytes =
        switch (format()) {
          case FLOAT32 -> Float.BYTES;
          case BF16, BF16_ROWS -> Short.BYTES;
          case INT8, INT4 ->
              throw new IllegalArgumentException(
                  "Weights in " + format() + " cannot be unpacked, as they were rounded.");
        };
    NativeMemory.check("unpacked weights", to, bytes, channels(), depth());
    NativeMemory.checkWritable("unpacked weights", to);
    threads.parallelFor(
        channels(),
        Math.max(1, UNPACK_GRAIN / depth()),
        (from, end) -> {
          for (long channel = from; channel < end; channel++) {
            unpack(channel, to.asSlice(channel * depth() * bytes, depth() * bytes), bytes);
          }
        });
  }

  private void unpack(long channel, MemorySegment row, int bytes) {
    for (long k = 0; k < depth(); k++) {
      long at = layout.offset(channel, k);
      if (bytes == Float.BYTES) {
        Floats.set(row, k, memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at));
      } else {
        short half = memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
        row.set(ValueLayout.JAVA_SHORT_UNALIGNED, k * Short.BYTES, half);
      }
    }
  }

  /**
   * Requires that the memory has not been freed.
   *
   * @throws IllegalArgumentException if it has
   */
  public void checkOpen() {
    if (!memory.scope().isAlive()) {
      throw new IllegalArgumentException("The weights have been closed.");
    }
  }

  PanelLayout layout() {
    return layout;
  }

  MemorySegment memory() {
    return memory;
  }

  /**
   * Frees the memory. A second call does nothing.
   *
   * @throws IllegalStateException if a product uses the weights now
   */
  @Override
  public void close() {
    arena.filter(own -> own.scope().isAlive()).ifPresent(Arena::close);
  }
}
