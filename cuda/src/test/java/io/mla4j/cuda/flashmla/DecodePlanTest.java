package io.mla4j.cuda.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cuda.flashmla.DecodePlan.Cut;
import io.mla4j.cuda.flashmla.DecodePlan.Piece;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DecodePlanTest {

  private static DecodePlan plan(int most, int... tokens) {
    return DecodePlan.of(tokens.length, unit -> tokens[unit], most);
  }

  private static List<Piece> pieces(DecodePlan plan) {
    return plan.parts().stream().flatMap(List::stream).toList();
  }

  /** Every token of every unit is in one piece, and pieces but the last are whole tiles. */
  private static void assertCovers(DecodePlan plan, int... tokens) {
    int[] covered = new int[tokens.length];
    int slots = 0;
    for (Piece piece : pieces(plan)) {
      assertEquals(covered[piece.unit()], piece.from());
      covered[piece.unit()] = piece.to();
      if (piece.to() < tokens[piece.unit()]) {
        assertEquals(0, piece.to() % DecodePlan.TILE);
      }
      boolean whole = piece.from() == 0 && piece.to() == tokens[piece.unit()];
      assertEquals(whole ? -1 : slots++, piece.slot());
    }
    assertEquals(Arrays.toString(tokens), Arrays.toString(covered));
    assertEquals(slots, plan.slots());
    assertCutsAreWhatIsInSlots(plan);
  }

  private static void assertCutsAreWhatIsInSlots(DecodePlan plan) {
    int slots = 0;
    for (Cut cut : plan.cuts()) {
      assertTrue(cut.slots() > 1);
      assertEquals(slots, cut.firstSlot());
      for (int i = 0; i < cut.slots(); i++) {
        int slot = slots++;
        assertTrue(pieces(plan).stream().anyMatch(p -> p.slot() == slot && p.unit() == cut.unit()));
      }
    }
    assertEquals(slots, plan.slots());
  }

  private static long tiles(List<Piece> part) {
    return part.stream().mapToLong(piece -> (piece.to() - piece.from() + 63) / 64).sum();
  }

  @Test
  void nothingHasNoParts() {
    assertEquals(0, plan(132).parts().size());
  }

  @Test
  void oneLongSequenceIsSpreadOverAllMultiprocessors() {
    DecodePlan plan = plan(132, 65_536);
    assertCovers(plan, 65_536);
    assertEquals(1, plan.cuts().size());
    assertTrue(plan.parts().stream().mapToLong(DecodePlanTest::tiles).max().orElseThrow() <= 12);
  }

  @Test
  void shortSequencesAreNotCut() {
    int[] tokens = {100, 0, 64, 1, 65};
    DecodePlan plan = plan(132, tokens);
    assertCovers(plan, tokens);
    assertEquals(0, plan.slots());
  }

  @Test
  void partsTakeEquallyLong() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 200; trial++) {
      int[] tokens = random.ints(random.nextInt(1, 300), 0, 9000).toArray();
      int most = random.nextInt(1, 140);
      DecodePlan plan = plan(most, tokens);
      assertCovers(plan, tokens);
      assertTrue(plan.parts().size() <= most);
      long longest =
          plan.parts().stream()
              .mapToLong(part -> tiles(part) + 3L * part.size())
              .max()
              .orElseThrow();
      long all = pieces(plan).stream().mapToLong(p -> tiles(List.of(p)) + 3).sum();
      assertTrue(longest <= all / most + 8 + all / most / 64, trial + ": " + longest);
    }
  }

  @Test
  void theKernelReadsPiecesStartsAndCuts() {
    DecodePlan plan = plan(2, 640, 64);
    int[] ints = plan.toInts();
    List<Piece> pieces = pieces(plan);
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      assertEquals(
          piece, new Piece(ints[4 * i], ints[4 * i + 1], ints[4 * i + 2], ints[4 * i + 3]));
    }
    int[] starts = Arrays.copyOfRange(ints, plan.startsAt(), plan.cutsAt());
    assertEquals(0, starts[0]);
    assertEquals(plan.parts().getFirst().size(), starts[1]);
    assertEquals(pieces.size(), starts[2]);
    Cut cut = plan.cuts().getFirst();
    int at = plan.cutsAt();
    assertEquals(cut, new Cut(ints[at], ints[at + 1], ints[at + 2]));
    assertEquals(at + 3, ints.length);
  }
}
