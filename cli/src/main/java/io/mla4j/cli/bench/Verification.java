package io.mla4j.cli.bench;

import java.util.List;

/** A kernel against its definition, over a whole grid of sizes. */
interface Verification {

  /** Such as {@code product-float32}. */
  String name();

  /**
   * What is checked, one by one; where {@link Workbench#quick()}, a small part of it. Nothing large
   * is allocated before a check runs.
   */
  List<Check> checks(Workbench bench);
}
