package io.mla4j.kernels.verification;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Words on an element that is wrong. */
final class Difference {

  private Difference() {}

  /**
   * @param index where the element stands
   * @return what is wrong, if something is; a NaN is
   */
  static Optional<String> of(double is, double should, double allowed, long... index) {
    return Math.abs(is - should) <= allowed || is == should
        ? Optional.empty()
        : Optional.of("element %s is %s and should be %s".formatted(words(index), is, should));
  }

  private static String words(long... index) {
    return Arrays.stream(index)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
