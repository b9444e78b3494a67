package io.mla4j.kernels.expert;

/**
 * Pairs of a token and one of its experts, by expert and within each in the order of the tokens.
 *
 * @param starts [experts + 1]: where the pairs of each expert start
 * @param pairs token times K, plus which of its experts
 */
@SuppressWarnings("ArrayRecordComponent") // made and read by one call
record ExpertGroups(int[] starts, int[] pairs) {

  /**
   * Sorts by counting.
   *
   * @throws IllegalArgumentException if an expert is not one of {@code experts} nor −1
   */
  static ExpertGroups of(Routing routing, int experts) {
    int[] chosen = new int[routing.pairs()];
    int[] starts = new int[experts + 1];
    for (int pair = 0; pair < chosen.length; pair++) {
      chosen[pair] = routing.expert(pair);
      check(routing, pair, chosen[pair], experts);
      if (chosen[pair] >= 0) {
        starts[chosen[pair] + 1]++;
      }
    }
    for (int e = 0; e < experts; e++) {
      starts[e + 1] += starts[e];
    }
    int[] next = starts.clone();
    int[] pairs = new int[starts[experts]];
    for (int pair = 0; pair < chosen.length; pair++) {
      if (chosen[pair] >= 0) {
        pairs[next[chosen[pair]]++] = pair;
      }
    }
    return new ExpertGroups(starts, pairs);
  }

  private static void check(Routing routing, int pair, int expert, int experts) {
    if (expert < -1 || expert >= experts) {
      throw new IllegalArgumentException(
          "experts[%d][%d] of the routing is %d, but the layer has the experts 0 to %d, and -1 is none."
              .formatted(
                  pair / routing.perToken(), pair % routing.perToken(), expert, experts - 1));
    }
  }

  /** How many rows an expert has. */
  int rows(int expert) {
    return starts[expert + 1] - starts[expert];
  }

  /** A row of an expert as a pair. */
  int pair(int expert, int row) {
    return pairs[starts[expert] + row];
  }
}
