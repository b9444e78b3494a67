package io.mla4j.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockGridTest {

  @ParameterizedTest
  @CsvSource({
    // one row is never cut
    "1, 256, 8192, 96, 64, 2, 1, 16",
    "1, 3, 64, 96, 64, 2, 1, 3",
    // neither is a product that one thread can take at once
    "31, 4, 64, 96, 64, 1, 1, 1",
    // fewer rows than two tiles stay together
    "63, 16, 512, 96, 64, 2, 1, 4",
    // rows are cut before they would be packed eight times
    "512, 16, 128, 384, 64, 2, 2, 2",
    "512, 4, 512, 192, 64, 2, 4, 1",
    // what the caches hold is a limit
    "2048, 64, 2048, 128, 64, 2, 16, 1",
    "2048, 64, 2048, 192, 16, 2, 11, 4",
    // more threads than there are tiles
    "40, 2, 4096, 96, 64, 64, 1, 2"
  })
  void cuts(
      long rows,
      long panels,
      long depth,
      long mostRows,
      long mostPanels,
      int threads,
      long rowBlocks,
      long panelBlocks) {
    assertEquals(
        new BlockGrid(rowBlocks, panelBlocks),
        BlockGrid.choose(rows, panels, depth, mostRows, mostPanels, threads));
  }

  @Test
  void hugeProductsDoNotOverflow() {
    BlockGrid grid = BlockGrid.choose(1L << 40, 1 << 20, 1 << 20, 96, 64, 64);
    assertEquals(Math.ceilDiv(1L << 40, 96L), grid.rowBlocks());
    assertTrue(grid.panelBlocks() >= 1 << 14);
  }
}
