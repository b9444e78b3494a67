package io.mla4j.kernels.product;

/**
 * How many blocks a product is cut into. Each packs its rows and brings or widens its panels, so
 * that every further cut costs something again.
 *
 * @param rowBlocks pieces of M
 * @param panelBlocks pieces of the panels of N
 */
record BlockGrid(long rowBlocks, long panelBlocks) {

  /** Blocks for each thread, so that one that is held up does not hold up the product. */
  private static final int MOST_PER_THREAD = 8;

  private static final int FEWEST_PER_THREAD = 2;

  /** Of a block, where threads have more than the fewest. */
  private static final double BLOCK_OPERATIONS = 1 << 24;

  /** Fewer rows take as long as these, as memory sets the pace. */
  private static final int PACED_ROWS = 32;

  /**
   * Of a block, where the product has as many: more than the kernels for a few rows take, so that
   * the number of threads never decides which kernel runs.
   */
  private static final int FEWEST_ROWS = 32;

  /** Rows whose packing takes as long as it takes to bring or widen a panel once more. */
  private static final int ROWS_OF_A_PANEL = 20;

  /**
   * The cheapest of some grids with enough blocks for all threads, or as many as there can be.
   *
   * @param mostRows of a block
   * @param mostPanels of a block
   */
  static BlockGrid choose(
      long rows, long panels, long depth, long mostRows, long mostPanels, int threads) {
    double operations = 2.0 * Math.max(rows, PACED_ROWS) * panels * PanelLayout.PANEL * depth;
    long fewest = threads == 1 ? 1 : (long) threads * FEWEST_PER_THREAD;
    long most = (long) threads * MOST_PER_THREAD;
    long wanted = (long) Math.clamp(operations / BLOCK_OPERATIONS, fewest, most);
    long fewestRowBlocks = Math.ceilDiv(rows, mostRows);
    long mostRowBlocks = Math.max(fewestRowBlocks, rows / FEWEST_ROWS);
    long panelBlocks = Math.ceilDiv(panels, mostPanels);
    BlockGrid best = grid(panelBlocks, wanted, fewestRowBlocks, mostRowBlocks);
    while (panelBlocks < panels) {
      panelBlocks = Math.min(2 * panelBlocks, panels);
      BlockGrid grid = grid(panelBlocks, wanted, fewestRowBlocks, mostRowBlocks);
      if (best.blocks() < wanted || grid.extra(rows, panels) < best.extra(rows, panels)) {
        best = grid;
      }
    }
    return best;
  }

  private static BlockGrid grid(long panelBlocks, long wanted, long fewestRows, long mostRows) {
    return new BlockGrid(
        Math.clamp(Math.ceilDiv(wanted, panelBlocks), fewestRows, mostRows), panelBlocks);
  }

  private long extra(long rows, long panels) {
    return panelBlocks * rows + rowBlocks * panels * ROWS_OF_A_PANEL;
  }

  long blocks() {
    return rowBlocks * panelBlocks;
  }
}
