package io.mla4j.cli.bench.cases;

import java.util.List;

/** A family of cases. */
interface KernelCases {

  /**
   * Those this machine can run; where {@link Workbench#quick()}, small ones. Nothing large is
   * allocated before a case's {@link Setup} runs.
   */
  List<KernelCase> cases(Workbench bench);
}
