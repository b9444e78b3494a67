package io.mla4j.kernels.product;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;

/**
 * Products over packed strips. A panel of the second operand is copied into strips in which the
 * elements of one step k lie side by side; tiles of rows of the first operand then run over it
 * (Goto and van de Geijn, Anatomy of high-performance matrix multiplication, 2008).
 */
final class PackedProduct {

  /** What one panel may take of the second-level cache. */
  private static final long PANEL_ELEMENTS = 1 << 18;

  private static final long MOST_STRIPS = 16;

  /** Steps of k after which a strip would leave the second-level cache. */
  private static final int MOST_DEPTH = 4096;

  /** Multiply-adds below which another thread costs more than it brings. */
  private static final double GRAIN_OPERATIONS = 1 << 18;

  private final ProductBodies bodies;
  private final ElementwiseBodies elementwise;
  private final KernelThreads threads;
  private final Scratch scratch;
  private final int lanes;

  PackedProduct(
      ProductBodies bodies, ElementwiseBodies elementwise, KernelThreads threads, Scratch scratch) {
    this.bodies = bodies;
    this.elementwise = elementwise;
    this.threads = threads;
    this.scratch = scratch;
    this.lanes = bodies.lanes();
  }

  /** One product: operands, result and how it is divided. */
  private record Job(
      Matrix a, Matrix b, Bias bias, Matrix c, long panelColumns, long panels, long rowBlocks) {

    long rowsPerBlock() {
      long tiles = ceil(a.rows(), ProductBodies.TILE_ROWS);
      return ceil(tiles, rowBlocks) * ProductBodies.TILE_ROWS;
    }
  }

  /** {@code C = A · Bᵀ + bias}, with strips of B. */
  void multiply(Matrix a, Matrix b, Bias bias, Matrix c) {
    Job job = divide(a, b, bias, c);
    long tasks = job.panels() * job.rowBlocks();
    double operations = (double) a.rows() * b.rows() * a.columns() / tasks;
    long grain = (long) Math.clamp(GRAIN_OPERATIONS / Math.max(1, operations), 1, (double) tasks);
    threads.parallelFor(
        tasks,
        grain,
        (from, to) -> {
          for (long task = from; task < to; task++) {
            run(job, task);
          }
        });
  }

  private Job divide(Matrix a, Matrix b, Bias bias, Matrix c) {
    long strips = ceil(b.rows(), lanes);
    long depth = Math.clamp(a.columns(), 1, MOST_DEPTH);
    long fitting = Math.clamp(PANEL_ELEMENTS / (depth * lanes), 1, MOST_STRIPS);
    long perPanel = Math.min(fitting, ceil(strips, threads.count()));
    long panels = ceil(strips, perPanel);
    long tiles = ceil(a.rows(), ProductBodies.TILE_ROWS);
    long rowBlocks = panels >= threads.count() ? 1 : Math.min(tiles, threads.count() / panels);
    return new Job(a, b, bias, c, perPanel * lanes, panels, Math.max(1, rowBlocks));
  }

  private static long ceil(long count, long size) {
    return (count + size - 1) / size;
  }

  private void run(Job job, long task) {
    long column = task % job.panels() * job.panelColumns();
    long columns = Math.min(job.panelColumns(), job.b().rows() - column);
    long row = task / job.panels() * job.rowsPerBlock();
    long rows = Math.min(job.rowsPerBlock(), job.a().rows() - row);
    int depth = (int) Math.min(job.a().columns(), MOST_DEPTH);
    long tile = (long) ProductBodies.TILE_ROWS * lanes;
    try (Scratch.Loan loan = scratch.borrow(tile + ceil(columns, lanes) * lanes * depth)) {
      Panel panel = new Panel(job, loan.memory(), tile, column, columns);
      long first = 0;
      do {
        int steps = (int) Math.min(MOST_DEPTH, job.a().columns() - first);
        pack(panel, first, steps);
        tiles(panel, row, rows, first, steps);
        first += MOST_DEPTH;
      } while (first < job.a().columns());
    }
  }

  /** Columns of the result whose strips lie in working memory, after room for one tile. */
  private record Panel(Job job, MemorySegment memory, long strips, long column, long columns) {}

  private void pack(Panel panel, long first, int steps) {
    Matrix b = panel.job().b();
    for (long strip = 0; strip < panel.columns(); strip += lanes) {
      int used = (int) Math.min(lanes, panel.columns() - strip);
      long to = panel.strips() + strip * steps;
      long from = b.index(panel.column() + strip, first);
      if (used < lanes) {
        Floats.fill(panel.memory(), to, (long) lanes * steps, 0);
      }
      if (b.rowStride() == 1) {
        copySteps(b, from, used, steps, panel.memory(), to);
      } else {
        transpose(b, from, used, steps, panel.memory(), to);
      }
    }
  }

  private void copySteps(Matrix b, long from, int used, int steps, MemorySegment memory, long to) {
    for (int k = 0; k < steps; k++) {
      Floats.copy(b.memory(), from + k * b.columnStride(), memory, to + (long) k * lanes, used);
    }
  }

  /** In squares, so that the lines written stay in the first-level cache. */
  private void transpose(Matrix b, long from, int used, int steps, MemorySegment memory, long to) {
    int square = 16;
    for (int k = 0; k < steps; k += square) {
      int end = Math.min(steps, k + square);
      for (int lane = 0; lane < used; lane++) {
        transposeRow(b, from + lane * b.rowStride(), k, end, memory, to + lane);
      }
    }
  }

  private void transposeRow(
      Matrix b, long from, int first, int end, MemorySegment memory, long to) {
    for (int k = first; k < end; k++) {
      float element = Floats.get(b.memory(), from + k * b.columnStride());
      Floats.set(memory, to + (long) k * lanes, element);
    }
  }

  private void tiles(Panel panel, long row, long rows, long first, int steps) {
    for (long r = row; r < row + rows; r += ProductBodies.TILE_ROWS) {
      int count = (int) Math.min(ProductBodies.TILE_ROWS, row + rows - r);
      for (long strip = 0; strip < panel.columns(); strip += lanes) {
        tile(panel, r, count, strip, first, steps);
      }
    }
  }

  private void tile(Panel panel, long row, int rows, long strip, long first, int steps) {
    Matrix c = panel.job().c();
    long column = panel.column() + strip;
    int used = (int) Math.min(lanes, panel.columns() - strip);
    boolean direct = first == 0 && used == lanes && c.columnStride() == 1;
    MemorySegment out = direct ? c.memory() : panel.memory();
    long to = direct ? c.index(row, column) : 0;
    Matrix a = panel.job().a();
    bodies.tile(
        a.memory(),
        a.index(row, first),
        a.rowStride(),
        a.columnStride(),
        rows,
        panel.memory(),
        panel.strips() + strip * steps,
        steps,
        out,
        to,
        direct ? c.rowStride() : lanes);
    if (!direct) {
      scatter(panel, row, rows, column, used, first == 0);
    } else if (panel.job().bias().memory().isPresent()) {
      addBias(panel.job(), row, rows, column);
    }
  }

  private void scatter(Panel panel, long row, int rows, long column, int used, boolean begins) {
    Matrix c = panel.job().c();
    Bias bias = panel.job().bias();
    for (int r = 0; r < rows; r++) {
      for (int lane = 0; lane < used; lane++) {
        long index = c.index(row + r, column + lane);
        float before = begins ? bias.at(row + r, column + lane) : Floats.get(c.memory(), index);
        Floats.set(c.memory(), index, before + Floats.get(panel.memory(), r * lanes + lane));
      }
    }
  }

  private void addBias(Job job, long row, int rows, long column) {
    MemorySegment bias = job.bias().memory().orElseThrow();
    boolean along = job.bias().alongColumns();
    for (long r = row; r < row + rows; r++) {
      long to = job.c().index(r, column);
      MemorySegment c = job.c().memory();
      long at = along ? column : r;
      elementwise.binary(BinaryOp.ADD, c, to, 1, bias, at, along ? 1 : 0, c, to, lanes);
    }
  }
}
