package io.mla4j.cli.bench.cases;

import java.util.List;

/** Everything that is timed. */
public final class Catalogue {

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

  public static List<KernelCase> cases(Workbench bench) {
    return CASES.stream().flatMap(family -> family.cases(bench).stream()).toList();
  }
}
