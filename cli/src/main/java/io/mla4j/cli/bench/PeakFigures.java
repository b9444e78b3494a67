package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.Speed;
import io.mla4j.kernels.peak.Peak;
import io.mla4j.kernels.peak.PeakKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peaks of this machine.
 *
 * @param missing one sentence on each that is not there
 */
record PeakFigures(Map<PeakKind, Peak> found, List<String> missing) {

  Optional<Peak> of(PeakKind kind) {
    return Optional.ofNullable(found.get(kind));
  }

  /** For JSON: {@code {"float32": {"gflops": 232.1, "twin": "c"}, …}}. */
  Map<String, Map<String, Object>> tree() {
    Map<String, Map<String, Object>> tree = new LinkedHashMap<>();
    found.forEach(
        (kind, peak) ->
            tree.put(
                kind.toString(),
                Map.of(
                    kind.countsOperations() ? "gflops" : "gbps",
                    Speed.giga(peak.perSecond()),
                    "twin",
                    peak.twin())));
    return tree;
  }
}
