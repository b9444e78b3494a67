package io.mla4j.checkpoint;

import io.mla4j.tensor.Engine;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Where a model comes from, kept in its {@code config.json} and in training checkpoints.
 *
 * @param created when the file was written
 * @param versions versions by component, such as {@code mla4j}, {@code java} and {@code engine}
 * @param seed the seed of the run
 * @param dataChecksums SHA-256 of each data file, by what it was for
 * @param configuration the whole configuration of the run
 */
public record Provenance(
    Instant created,
    Map<String, String> versions,
    long seed,
    Map<String, String> dataChecksums,
    JsonNode configuration) {

  public Provenance {
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    dataChecksums = Collections.unmodifiableMap(new TreeMap<>(dataChecksums));
  }

  /** Of what this program computes now on an engine. */
  public static Provenance now(
      Engine engine, long seed, Map<String, String> dataChecksums, JsonNode configuration) {
    Map<String, String> versions =
        Map.of(
            "mla4j", BuildVersion.CURRENT.toString(),
            "java", Runtime.version().toString(),
            "engine", engine.name() + engine.library().map(library -> ", " + library).orElse(""));
    return new Provenance(Instant.now(), versions, seed, dataChecksums, configuration);
  }
}
