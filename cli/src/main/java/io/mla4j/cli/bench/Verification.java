package io.mla4j.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A kernel against its definition, over a whole grid of sizes and by each twin.
 *
 * @param name such as {@code product-float32}
 * @param quickStep one in so many cases is a small part of the grid
 * @param small which cases may be in that part
 */
record Verification<P>(
    String name, Supplier<List<P>> grid, int quickStep, Predicate<P> small, Trial<P> trial) {

  /** Runs the kernel and its definition. */
  @FunctionalInterface
  interface Trial<P> {

    /** What is wrong, with the case; empty if nothing is. */
    Optional<String> run(Twin twin, P point, long seed);
  }

  /**
   * What is checked, one by one. Nothing large is allocated before a check runs.
   *
   * @param quick whether a small part of the grid will do
   */
  List<Check> checks(List<Twin> twins, boolean quick) {
    List<P> cases = grid.get();
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < cases.size(); i += quick ? quickStep : 1) {
      P point = cases.get(i);
      int seed = i;
      if (!quick || small.test(point)) {
        twins.forEach(
            twin -> checks.add(new Check(twin.name(), () -> trial.run(twin, point, seed))));
      }
    }
    return checks;
  }
}
