package io.mla4j.kernels.expert;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.product.Activations;
import io.mla4j.kernels.product.Epilogue;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;

/**
 * Sends tokens through the experts they were routed to: {@code out[t] = Σ_k weights[t, k] ·
 * expert(x[t])}. Every expert with rows takes them in three products, so that its weights are read
 * once however many tokens it has; experts without rows cost nothing. Any number of threads may
 * call at once.
 */
public final class RoutedExperts {

  /**
   * Elements of a matrix of rows, which is in the last-level cache when the next product reads it.
   */
  private static final long PIECE_ELEMENTS = 1 << 20;

  /** As many as a block of a product has. */
  private static final long FEWEST_ROWS = 96;

  /** Elements below which another thread costs more than it brings. */
  private static final long GRAIN = 1 << 15;

  private final KernelBodies bodies;
  private final KernelThreads threads;
  private final MatrixProducts products;

  /** Uses threads, loops and products that stay the caller's to close. */
  public RoutedExperts(Kernels kernels, MatrixProducts products) {
    this.bodies = kernels.bodies();
    this.threads = kernels.threads();
    this.products = products;
  }

  /**
   * Runs. Sums are in the order of the experts, whatever the number of threads.
   *
   * @param x [T, E] float32
   * @param out [T, E] float32, overwritten; a token without experts gets zeros
   * @throws IllegalArgumentException if an expert is not one of the weights', weights have been
   *     closed, or a memory does not fit; nothing has then been written
   */
  public void run(MemorySegment x, Routing routing, ExpertWeights weights, MemorySegment out) {
    NativeMemory.check("x", x, Float.BYTES, routing.tokens(), weights.width());
    NativeMemory.check("out", out, Float.BYTES, routing.tokens(), weights.width());
    NativeMemory.checkWritable("out", out);
    long bytes = routing.tokens() * weights.width() * Float.BYTES;
    MemorySegment written = out.asSlice(0, bytes);
    MemorySegment shares = routing.weights().asSlice(0, (long) routing.pairs() * Float.BYTES);
    NativeMemory.checkApart("out", written, "x", x.asSlice(0, bytes));
    NativeMemory.checkApart("out", written, "weights of the routing", shares);
    weights.checkOpen();
    ExpertGroups groups = ExpertGroups.of(routing, weights.count());
    written.fill((byte) 0);
    Call call = new Call(x, routing, weights, groups, out);
    try (Scratch.Loan loan = bodies.scratch().borrow(call.elements())) {
      for (int expert = 0; expert < weights.count(); expert++) {
        for (int row = 0; row < groups.rows(expert); row += call.piece()) {
          int rows = Math.min(call.piece(), groups.rows(expert) - row);
          run(call, new Piece(expert, row, rows), loan.memory());
        }
      }
    }
  }

  /** Checked arguments, and where everything lies in working memory, in elements. */
  private record Call(
      MemorySegment x,
      Routing routing,
      ExpertWeights weights,
      ExpertGroups groups,
      MemorySegment out) {

    long width() {
      return weights.width();
    }

    long inner() {
      return weights.inner();
    }

    /** Rows that are taken at once. */
    int piece() {
      long fitting = PIECE_ELEMENTS / Math.max(width(), inner());
      return (int) Math.clamp(fitting, FEWEST_ROWS, Math.max(FEWEST_ROWS, routing.pairs()));
    }

    /** [piece, I]; [piece, E] of inputs, then of outputs, lies before it. */
    long gate() {
      return piece() * width();
    }

    /** [piece, I]. */
    long up() {
      return gate() + piece() * inner();
    }

    long elements() {
      return up() + piece() * inner();
    }
  }

  /** Some rows of an expert. */
  private record Piece(int expert, int first, int rows) {

    int pair(Call call, long row) {
      return call.groups().pair(expert, first + (int) row);
    }

    long token(Call call, long row) {
      return pair(call, row) / call.routing().perToken();
    }

    /** The first row from a row on that is not of the token before it. */
    long nextToken(Call call, long row) {
      long next = row;
      while (next > 0 && next < rows && token(call, next) == token(call, next - 1)) {
        next++;
      }
      return next;
    }
  }

  private void run(Call call, Piece piece, MemorySegment memory) {
    Expert expert = call.weights().experts().get(piece.expert());
    MemorySegment gate = from(memory, call.gate());
    MemorySegment up = from(memory, call.up());
    gather(call, piece, memory);
    multiply(memory, piece.rows(), expert.gate(), gate);
    multiply(memory, piece.rows(), expert.up(), up);
    threads.parallelFor(
        piece.rows() * call.inner(),
        GRAIN,
        (from, to) ->
            bodies.elementwise().siluMultiply(gate, from, up, from, gate, from, (int) (to - from)));
    multiply(gate, piece.rows(), expert.down(), memory);
    add(call, piece, memory);
  }

  private static MemorySegment from(MemorySegment memory, long element) {
    return memory.asSlice(element * Float.BYTES);
  }

  private void gather(Call call, Piece piece, MemorySegment to) {
    long bytes = call.width() * Float.BYTES;
    threads.parallelFor(
        piece.rows(),
        Math.max(1, GRAIN / call.width()),
        (first, end) -> {
          for (long row = first; row < end; row++) {
            MemorySegment.copy(call.x(), piece.token(call, row) * bytes, to, row * bytes, bytes);
          }
        });
  }

  private void multiply(MemorySegment x, long rows, PackedWeights weights, MemorySegment out) {
    products.multiply(Activations.float32(x, rows, weights.depth()), weights, Epilogue.NONE, out);
  }

  /** A token that listed an expert twice has rows that follow each other: one thread adds both. */
  private void add(Call call, Piece piece, MemorySegment rows) {
    threads.parallelFor(
        piece.rows(),
        Math.max(1, GRAIN / call.width()),
        (first, end) -> {
          for (long row = piece.nextToken(call, first); row < piece.nextToken(call, end); row++) {
            add(call, piece, rows, row);
          }
        });
  }

  private void add(Call call, Piece piece, MemorySegment rows, long row) {
    int width = (int) call.width();
    bodies
        .products()
        .addWeighted(
            call.routing().weights(),
            piece.pair(call, row),
            rows,
            row * width,
            width,
            1,
            call.out(),
            piece.token(call, row) * width,
            width);
  }
}
