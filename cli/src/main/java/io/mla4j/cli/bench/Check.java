package io.mla4j.cli.bench;

import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * One point of a grid.
 *
 * @param what the sizes, such as {@code 3x17x129}
 */
record Check(String what, Test test) {

  /** Runs the kernel and its definition. */
  @FunctionalInterface
  interface Test {

    /**
     * Makes operands, runs both and compares.
     *
     * @param memory freed after the check
     * @return what is wrong, as words that follow the sizes; empty if nothing is
     */
    Optional<String> run(Arena memory);
  }

  /** What is wrong, with the sizes; a kernel that refuses them is wrong too. */
  Optional<String> complaint() {
    try (Arena memory = Arena.ofShared()) {
      return test.run(memory).map(wrong -> what + ": " + wrong);
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
