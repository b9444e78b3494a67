package io.mla4j.models.causal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PromptLookupTest {

  private static final PromptLookup LOOKUP = new PromptLookup(3);

  @Test
  void goesOnAsItDidAfterTheLongestSameEnd() {
    // After 1 2 3 came 7 8, after the nearer 9 2 3 came 5.
    int[] tokens = {1, 2, 3, 7, 8, 9, 2, 3, 5, 1, 2, 3};
    assertArrayEquals(new int[] {7, 8, 9}, LOOKUP.draft(tokens, 3));
  }

  @Test
  void takesTheNearestOfEquallyLongOnes() {
    assertArrayEquals(new int[] {6, 5}, LOOKUP.draft(new int[] {5, 4, 5, 6, 5}, 4));
  }

  @Test
  void fallsBackToShorterEnds() {
    assertArrayEquals(new int[] {4, 9}, LOOKUP.draft(new int[] {3, 4, 9, 8, 3}, 2));
  }

  @Test
  void guessesNothingWhereNothingRepeats() {
    assertArrayEquals(new int[0], LOOKUP.draft(new int[] {1, 2, 3}, 4));
    assertArrayEquals(new int[0], LOOKUP.draft(new int[] {1}, 4));
  }

  @Test
  void aRunRepeatsItself() {
    assertArrayEquals(new int[] {2}, LOOKUP.draft(new int[] {2, 2, 2, 2}, 4));
  }

  @Test
  void comparesATokenAtLeast() {
    assertThrows(IllegalArgumentException.class, () -> new PromptLookup(0));
  }
}
