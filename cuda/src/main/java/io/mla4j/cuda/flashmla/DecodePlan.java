package io.mla4j.cuda.flashmla;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * How the tokens of units (query rows that share their tokens) are divided into parts that take
 * equally long. A unit may be cut; what its pieces give is joined afterwards.
 *
 * @param parts the pieces of each part, in order
 * @param cuts the units that were cut
 * @param slots how many pieces leave sums to be joined
 */
record DecodePlan(List<List<Piece>> parts, List<Cut> cuts, int slots) {

  /** Tokens that a block of threads attends to at once. */
  static final int TILE = 64;

  /** What beginning and ending a piece costs, in tiles. */
  private static final int PIECE_COST = 3;

  /**
   * A run of tokens.
   *
   * @param from a multiple of the tile
   * @param slot where its sums go, −1 if it is a whole unit
   */
  record Piece(int unit, int from, int to, int slot) {}

  /** A unit whose pieces have the slots from {@code firstSlot} on. */
  record Cut(int unit, int firstSlot, int slots) {}

  /**
   * Makes a plan.
   *
   * @param tokens of each unit
   * @param most parts
   */
  static DecodePlan of(int units, IntUnaryOperator tokens, int most) {
    long total = 0;
    for (int unit = 0; unit < units; unit++) {
      total += tiles(tokens.applyAsInt(unit)) + PIECE_COST;
    }
    long cost = Math.max(2 * PIECE_COST, (total + most - 1) / most);
    // Cutting costs too, so that the even share may be a little short.
    while (true) {
      Division division = new Division(units, tokens, cost);
      if (division.parts.size() <= most) {
        return division.plan();
      }
      cost += Math.max(1, cost / 256);
    }
  }

  private static long tiles(int tokens) {
    return (tokens + TILE - 1L) / TILE;
  }

  /** Fills part after part up to a cost. */
  private static final class Division {

    private final List<List<Piece>> parts = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();
    private final long cost;
    private long left;
    private int slots;

    Division(int units, IntUnaryOperator tokens, long cost) {
      this.cost = cost;
      for (int unit = 0; unit < units; unit++) {
        add(unit, tokens.applyAsInt(unit));
      }
    }

    private void add(int unit, int tokens) {
      if (tiles(tokens) + PIECE_COST <= left) {
        put(new Piece(unit, 0, tokens, -1), tiles(tokens));
        return;
      }
      int firstSlot = slots;
      List<Piece> pieces = new ArrayList<>();
      int from = 0;
      do {
        if (left <= PIECE_COST) {
          parts.add(new ArrayList<>());
          left = cost;
        }
        long fits = Math.min(tiles(tokens - from), left - PIECE_COST);
        int to = (int) Math.min(tokens, from + fits * TILE);
        pieces.add(new Piece(unit, from, to, slots++));
        put(pieces.getLast(), fits);
        from = to;
      } while (from < tokens);
      if (pieces.size() > 1) {
        cuts.add(new Cut(unit, firstSlot, pieces.size()));
      } else {
        parts.getLast().removeLast();
        parts.getLast().add(new Piece(unit, 0, tokens, -1));
        slots = firstSlot;
      }
    }

    private void put(Piece piece, long tiles) {
      parts.getLast().add(piece);
      left -= tiles + PIECE_COST;
    }

    DecodePlan plan() {
      return new DecodePlan(parts, cuts, slots);
    }
  }

  /** As the kernel reads it: pieces, then where each part starts, then cuts. */
  int[] toInts() {
    int[] ints = new int[cutsAt() + 3 * cuts.size()];
    int at = 0;
    int start = 0;
    int part = startsAt();
    for (List<Piece> pieces : parts) {
      ints[part++] = start;
      start += pieces.size();
      for (Piece piece : pieces) {
        ints[at++] = piece.unit;
        ints[at++] = piece.from;
        ints[at++] = piece.to;
        ints[at++] = piece.slot;
      }
    }
    ints[part] = start;
    at = cutsAt();
    for (Cut cut : cuts) {
      ints[at++] = cut.unit;
      ints[at++] = cut.firstSlot;
      ints[at++] = cut.slots;
    }
    return ints;
  }

  /** Where the starts of the parts are in {@link #toInts}. */
  int startsAt() {
    return 4 * parts.stream().mapToInt(List::size).sum();
  }

  /** Where the cuts are in {@link #toInts}. */
  int cutsAt() {
    return startsAt() + parts.size() + 1;
  }
}
