package io.mla4j.kernels.product;

/**
 * How a product is divided. Blocks are rows times panels; every block packs its own activations, a
 * pass over K at a time.
 *
 * @param grid how many blocks there are
 * @param pass elements of K before the next panel is taken
 * @param grain blocks below which another thread costs more than it brings
 */
record ProductPlan(long rows, long panels, BlockGrid grid, long pass, long grain) {

  /** Rows of a register tile. */
  private static final int TILE_ROWS = 12;

  /** Up to here weights that are not panels of bf16 are read directly; FEW_ROWS in product.h. */
  private static final int DIRECT_ROWS = 4;

  /** Panels that share the packing of a block's activations. */
  private static final int MOST_PANELS = 64;

  /** With several passes the sums of a block stay in the second-level cache as well. */
  private static final int MOST_PANELS_KEPT = 16;

  /** One tile of rows reads panels as a whole, up to this depth: memory likes long runs. */
  private static final long LONG_PASS = 1 << 16;

  private static final double GRAIN_OPERATIONS = 1 << 18;

  /**
   * Divides a product.
   *
   * @param body what will run it
   */
  static ProductPlan choose(Activations x, PackedWeights weights, ProductBody body, int threads) {
    long rows = x.rows();
    long panels = weights.layout().panels();
    long pass = pass(x, weights, body.pass(x, weights.format()));
    long mostRows = body.rows(x, weights.format());
    long mostPanels = x.depth() > pass ? MOST_PANELS_KEPT : MOST_PANELS;
    BlockGrid grid = BlockGrid.choose(rows, panels, x.depth(), mostRows, mostPanels, threads);
    double operations = (double) rows * panels * PanelLayout.PANEL * x.depth();
    long grain = (long) Math.max(1, GRAIN_OPERATIONS / (operations / grid.blocks()));
    return new ProductPlan(rows, panels, grid, pass, grain);
  }

  private static long pass(Activations x, PackedWeights weights, long shortPass) {
    boolean widened = x instanceof Activations.Floating && isWidened(weights.format());
    return x.rows() <= (widened ? DIRECT_ROWS : TILE_ROWS) ? LONG_PASS : shortPass;
  }

  private static boolean isWidened(WeightFormat format) {
    return switch (format) {
      case INT8, INT4, BF16_ROWS -> true;
      case FLOAT32, BF16 -> false;
    };
  }

  long blocks() {
    return grid.blocks();
  }

  /** Blocks beside each other share rows. */
  Block block(long index) {
    long row = index / grid.panelBlocks();
    long panel = index % grid.panelBlocks();
    return new Block(
        start(rows, grid.rowBlocks(), row),
        start(rows, grid.rowBlocks(), row + 1),
        start(panels, grid.panelBlocks(), panel),
        start(panels, grid.panelBlocks(), panel + 1));
  }

  /** Equal pieces, without an overflow for any count: the first ones are one longer. */
  private static long start(long count, long pieces, long piece) {
    return count / pieces * piece + Math.min(piece, count % pieces);
  }

  /** No block is larger than the first. */
  Block largest() {
    return block(0);
  }
}
