package io.mla4j.cli.bench.cases;

import java.lang.foreign.Arena;

/** Makes ready what a case times. */
@FunctionalInterface
public interface Setup {

  /**
   * Makes operands and results.
   *
   * @param memory freed after the case
   */
  Work prepare(Arena memory);
}
