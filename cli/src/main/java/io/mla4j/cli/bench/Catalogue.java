package io.mla4j.cli.bench;

import java.util.List;

/** Everything that is timed. */
final class Catalogue {

  private static final List<KernelCases> CASES =
      List.of(
          new ProductCases(),
          new PackedProductCases(),
          new ExpertCases(),
          new RowCases(),
          new AttentionCases(),
          new PagedDecodeCases(),
          new DecodeCases(),
          new PrefillCases(),
          new IndexerCases(),
          new SparsePrefillCases(),
          new SamplingCases());

  private Catalogue() {}

  static List<KernelCase> cases(Workbench bench) {
    return CASES.stream().flatMap(family -> family.cases(bench).stream()).toList();
  }
}
