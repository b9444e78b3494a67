package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the cases of a grid. */
public final class Grids {

  private Grids() {}

  /** Runs one case. */
  @FunctionalInterface
  public interface Trial<P> {

    /** What is wrong, if something is. */
    Optional<String> run(P point, long seed);
  }

  /** Requires that nothing is wrong with any of the cases; their indices are the seeds. */
  public static <P> void check(List<P> cases, Trial<P> trial) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      trial.run(cases.get(i), i).ifPresent(wrong::add);
    }
    assertEquals(List.of(), wrong, wrong.size() + " of " + cases.size() + " cases");
  }
}
