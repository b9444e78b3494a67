package io.mla4j.kernels.sampling;

/**
 * The tokens of a row that may be drawn.
 *
 * @param least logit of any of them
 * @param rank of the last of them
 * @param whole whether they are all tokens whose weight is not nothing
 */
record Shortlist(LogitRow row, float least, long rank, boolean whole) {

  /** Filters a row whose weights add up to {@code total}. */
  static Shortlist of(LogitRow row, SamplingSettings settings, double total) {
    float least = row.leastLogit();
    long rank = Histogram.rank(least, Integer.MAX_VALUE);
    boolean limited = settings.topK() > 0 && settings.topK() < row.width();
    double weight = total;
    if (limited) {
      Histogram.Cut cut = new Histogram(row, least).cut(settings.topK(), Double.POSITIVE_INFINITY);
      rank = Math.max(rank, cut.rank());
      weight = cut.weight();
      least = Math.max(least, logit(cut.rank()));
    }
    if (settings.topP() < 1) {
      // All tokens below this have less than 1 − topP together: the others suffice.
      double none = (1 - settings.topP()) * total / row.width();
      float high = limited ? least : Math.max(least, below(row.logitOf(Math.min(1, none))));
      Histogram.Cut cut = new Histogram(row, high).cut(Long.MAX_VALUE, settings.topP() * weight);
      rank = Math.max(rank, cut.rank());
    }
    if (settings.minP() > 0) {
      rank = Math.max(rank, Histogram.rank(row.logitOf(settings.minP()), Integer.MAX_VALUE));
    }
    boolean whole = !limited && settings.topP() == 1 && settings.minP() == 0;
    return new Shortlist(row, Math.max(least, logit(rank)), rank, whole);
  }

  /** Somewhat less, for what rounding may have added. */
  private static float below(float logit) {
    return logit - 1e-5f * Math.abs(logit) - 1e-5f;
  }

  private static float logit(long rank) {
    int order = (int) (rank >> Integer.SIZE);
    return Float.intBitsToFloat(order ^ (order >> 31 & Integer.MAX_VALUE));
  }

  /** Visits them in ascending order. */
  void each(Histogram.Visit visit) {
    Histogram.each(
        row,
        least,
        token -> {
          if (Histogram.rank(row.logit(token), token) >= rank) {
            visit.token(token);
          }
        });
  }
}
