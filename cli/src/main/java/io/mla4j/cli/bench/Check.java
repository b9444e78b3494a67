package io.mla4j.cli.bench;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * One point of a grid.
 *
 * @param what such as the twin that is checked
 * @param test runs the kernel and its definition; what is wrong, if something is
 */
record Check(String what, Supplier<Optional<String>> test) {

  /** What is wrong, if something is; a kernel that refuses a case is wrong too. */
  Optional<String> complaint() {
    try {
      return test.get().map(wrong -> what + ": " + wrong);
    } catch (RuntimeException refused) {
      return Optional.of(
          what
              + ": "
              + refused.getClass().getSimpleName()
              + ", "
              + Optional.ofNullable(refused.getMessage()).orElse("without a message"));
    }
  }
}
