package io.mla4j.kernels.product;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The Java twin: pieces of panels become float32 strips, over which the tiles of float32 products
 * run. int8 times int8 stays exact: a piece's sums are whole numbers below 2^24, which meet in
 * int32.
 *
 * <p>Rounding is that of the C twin, in that activations become bf16 where weights are narrower
 * than float32.
 */
final class JavaProduct implements ProductBody {

  private static final int PANEL = PanelLayout.PANEL;
  private static final int INT8_HIGHEST = 127;

  /** Elements of K in a piece: strips of 128 KB, and sums of int8 products that float32 holds. */
  private static final int PIECE = 1024;

  /** A few rows wait for strips, so that they stay in the first-level cache. */
  private static final int FEW_ROWS = 4;

  private static final int FEW_ROWS_PIECE = 128;

  private final KernelBodies bodies;
  private final ProductBodies tiles;
  private final ElementwiseBodies elementwise;
  private final PackedLoops loops;
  private final int lanes;

  /**
   * The twin over one set of loops.
   *
   * @param bodies loops of float32, whose strips divide a panel
   */
  JavaProduct(KernelBodies bodies, PackedLoops loops) {
    this.bodies = bodies;
    this.tiles = bodies.products();
    this.elementwise = bodies.elementwise();
    this.loops = loops;
    this.lanes = tiles.lanes();
  }

  @Override
  public String description() {
    return bodies.description();
  }

  /** Rows stay where they are, or are converted once for all of K. */
  @Override
  public long pass(Activations x, WeightFormat format) {
    return Long.MAX_VALUE;
  }

  /** Where a block's working memory has what; indices count float32. */
  private record Frame(Product product, Block block, MemorySegment memory) {

    int rows() {
      return (int) block.rows();
    }

    long sums() {
      return 0;
    }

    /** Sums of a tile that is not the first of its panel. */
    long tile() {
      return (long) rows() * PANEL;
    }

    long strips() {
      return tile() + (long) ProductBodies.TILE_ROWS * PANEL;
    }

    long converted() {
      return strips() + (long) PIECE * PANEL;
    }

    long end() {
      return converted() + (staysInPlace(product) ? 0 : rows() * product.x().depth());
    }

    boolean isWhole() {
      return product.x() instanceof Activations.Int8;
    }
  }

  private static boolean staysInPlace(Product product) {
    return product.weights().format() == WeightFormat.FLOAT32
        && product.x() instanceof Activations.Floating x
        && x.type() == ElementType.FLOAT32;
  }

  @Override
  public long workBytes(Product product) {
    Frame largest = new Frame(product, product.plan().largest(), MemorySegment.NULL);
    return largest.end() * Float.BYTES;
  }

  /** Activations as float32, rows a depth apart. */
  private record Operand(MemorySegment memory, long from) {}

  @Override
  public void run(Product product, Block block, MemorySegment work) {
    Frame frame = new Frame(product, block, work);
    Operand x = operand(frame);
    for (long panel = block.panelFrom(); panel < block.panelTo(); panel++) {
      if (meetsRows(frame)) {
        runRows(frame, x, panel);
      } else {
        runPanel(frame, x, panel);
      }
      finish(frame, panel);
    }
  }

  /** Whether a few rows read weights that lie row by row as they are. */
  private static boolean meetsRows(Frame frame) {
    return frame.rows() <= FEW_ROWS && frame.product().weights().layout().isRows();
  }

  private void runRows(Frame frame, Operand x, long panel) {
    PackedWeights weights = frame.product().weights();
    int depth = (int) weights.depth();
    for (int channel = 0; channel < channels(frame, panel); channel++) {
      long at = weights.layout().offset(panel * PANEL + channel, 0);
      for (int row = 0; row < frame.rows(); row++) {
        long from = x.from() + (long) row * depth;
        float sum = loops.dot(x.memory(), from, weights.memory(), at, depth);
        Floats.set(frame.memory(), frame.sums() + (long) row * PANEL + channel, sum);
      }
    }
  }

  private static int channels(Frame frame, long panel) {
    return (int) Math.min(PANEL, frame.product().weights().channels() - panel * PANEL);
  }

  private Operand operand(Frame frame) {
    Activations x = frame.product().x();
    long from = frame.block().rowFrom() * x.depth();
    if (staysInPlace(frame.product())) {
      return new Operand(x.memory(), from);
    }
    int depth = Math.toIntExact(x.depth());
    for (int row = 0; row < frame.rows(); row++) {
      long at = from + (long) row * depth;
      long to = frame.converted() + (long) row * depth;
      switch (x) {
        case Activations.Int8 int8 -> loops.widenInt8(int8.memory(), at, frame.memory(), to, depth);
        case Activations.Floating floating -> convert(floating, at, frame.memory(), to, depth);
      }
    }
    return new Operand(frame.memory(), frame.converted());
  }

  private void convert(Activations.Floating x, long from, MemorySegment out, long to, int count) {
    switch (x.type()) {
      case FLOAT32 -> loops.round(x.memory(), from, out, to, count);
      case BF16 -> bodies.conversions().widen(x.memory(), from * Short.BYTES, out, to, count);
    }
  }

  private void runPanel(Frame frame, Operand x, long panel) {
    int depth = (int) frame.product().weights().depth();
    int piece = frame.rows() <= FEW_ROWS ? FEW_ROWS_PIECE : PIECE;
    for (int first = 0; first < depth; first += piece) {
      runPiece(frame, x, panel, first, Math.min(piece, depth - first));
    }
  }

  private void runPiece(Frame frame, Operand x, long panel, int first, int count) {
    PackedWeights weights = frame.product().weights();
    PanelLayout layout = weights.layout();
    long at = panel * layout.panelBytes() + layout.bytes(first);
    int padded = Math.ceilDiv(count, weights.format().multiple()) * weights.format().multiple();
    // With 512-bit vectors a panel of float32 is a strip as it lies.
    boolean asItLies = weights.format() == WeightFormat.FLOAT32 && lanes == PANEL;
    MemorySegment strips = asItLies ? weights.memory() : frame.memory();
    long from = asItLies ? at / Float.BYTES : frame.strips();
    if (layout.isRows()) {
      loops.widenRows(
          weights.memory(),
          at,
          layout.bytes(layout.depth()),
          channels(frame, panel),
          count,
          lanes,
          frame.memory(),
          frame.strips());
    } else if (!asItLies) {
      loops.widen(
          weights.format(), weights.memory(), at, padded, lanes, frame.memory(), frame.strips());
    }
    for (int row = 0; row < frame.rows(); row += ProductBodies.TILE_ROWS) {
      int rows = Math.min(ProductBodies.TILE_ROWS, frame.rows() - row);
      runTile(
          frame,
          new Operand(x.memory(), x.from() + first),
          row,
          rows,
          first == 0,
          strips,
          from,
          count,
          padded);
    }
  }

  private void runTile(
      Frame frame,
      Operand x,
      int row,
      int rows,
      boolean begins,
      MemorySegment strips,
      long from,
      int count,
      int padded) {
    long depth = frame.product().x().depth();
    long sums = frame.sums() + (long) row * PANEL;
    boolean direct = begins && !frame.isWhole();
    long to = direct ? sums : frame.tile();
    for (int channel = 0; channel < PANEL; channel += lanes) {
      tiles.tile(
          x.memory(),
          x.from() + row * depth,
          depth,
          1,
          rows,
          strips,
          from + (long) channel * padded,
          count,
          frame.memory(),
          to + channel,
          PANEL);
    }
    if (frame.isWhole()) {
      addWhole(frame.memory(), to, sums, rows * PANEL, begins);
    } else if (!begins) {
      MemorySegment memory = frame.memory();
      elementwise.binary(BinaryOp.ADD, memory, sums, 1, memory, to, 1, memory, sums, rows * PANEL);
    }
  }

  /** Adds whole numbers in float32 to sums in int32. */
  private static void addWhole(
      MemorySegment memory, long from, long sums, int count, boolean begins) {
    for (int i = 0; i < count; i++) {
      long at = (sums + i) * Integer.BYTES;
      int before = begins ? 0 : memory.get(ValueLayout.JAVA_INT_UNALIGNED, at);
      int sum = before + (int) Floats.get(memory, from + i);
      memory.set(ValueLayout.JAVA_INT_UNALIGNED, at, sum);
    }
  }

  private void finish(Frame frame, long panel) {
    long channel = panel * PANEL;
    int channels = channels(frame, panel);
    for (int row = 0; row < frame.rows(); row++) {
      scale(frame, row, channel, channels);
    }
    apply(frame);
    for (int row = 0; row < frame.rows(); row++) {
      write(frame, row, channel, channels);
    }
  }

  /** {@code sums · scales + bias} of a row. */
  private void scale(Frame frame, int row, long channel, int channels) {
    Product product = frame.product();
    MemorySegment memory = frame.memory();
    long sums = frame.sums() + (long) row * PANEL;
    if (product.x() instanceof Activations.Int8 x) {
      float scale = Floats.get(x.scales(), frame.block().rowFrom() + row);
      for (long i = sums; i < sums + channels; i++) {
        int sum = memory.get(ValueLayout.JAVA_INT_UNALIGNED, i * Integer.BYTES);
        Floats.set(memory, i, sum * scale);
      }
    }
    PackedWeights weights = product.weights();
    if (weights.format() == WeightFormat.INT8) {
      long scales = weights.layout().channelScales() / Float.BYTES + channel;
      combine(BinaryOp.MUL, memory, sums, weights.memory(), scales, channels);
    }
    product
        .epilogue()
        .bias()
        .ifPresent(bias -> combine(BinaryOp.ADD, memory, sums, bias, channel, channels));
  }

  private void combine(
      BinaryOp op, MemorySegment memory, long sums, MemorySegment other, long from, int count) {
    elementwise.binary(op, memory, sums, 1, other, from, 1, memory, sums, count);
  }

  private void apply(Frame frame) {
    int count = frame.rows() * PANEL;
    MemorySegment memory = frame.memory();
    switch (frame.product().epilogue().function()) {
      case NONE -> {}
      case GELU ->
          elementwise.unary(UnaryOp.GELU, memory, frame.sums(), memory, frame.sums(), count);
      case SILU ->
          elementwise.unary(UnaryOp.SILU, memory, frame.sums(), memory, frame.sums(), count);
    }
  }

  private void write(Frame frame, int row, long channel, int channels) {
    Product product = frame.product();
    long sums = frame.sums() + (long) row * PANEL;
    long at = (frame.block().rowFrom() + row) * product.weights().channels() + channel;
    MemorySegment out = product.out();
    if (product.epilogue().residual().isPresent()) {
      MemorySegment residual = product.epilogue().residual().get();
      elementwise.binary(BinaryOp.ADD, frame.memory(), sums, 1, residual, at, 1, out, at, channels);
    } else {
      long bytes = (long) channels * Float.BYTES;
      MemorySegment.copy(frame.memory(), sums * Float.BYTES, out, at * Float.BYTES, bytes);
    }
  }

  @Override
  public void quantize(MemorySegment x, Activations.Int8 to, long rowFrom, long rowTo) {
    int depth = Math.toIntExact(to.depth());
    for (long row = rowFrom; row < rowTo; row++) {
      float scale = loops.highest(x, row * depth, depth) / INT8_HIGHEST;
      loops.quantize(x, row * depth, scale > 0 ? scale : 1, to.memory(), row * depth, depth);
      Floats.set(to.scales(), row, scale);
    }
  }

  @Override
  public void close() {
    bodies.scratch().close();
  }
}
