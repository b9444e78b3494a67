package io.mla4j.checkpoint;

import io.mla4j.files.ParserMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as this package reads it: strict, without repeated keys. */
final class CheckpointJson {

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength((int) SafetensorsHeader.MAX_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private CheckpointJson() {}

  /** Reads a file that holds one JSON object. */
  static ObjectNode readObject(Path path) {
    try {
      JsonNode node = MAPPER.readTree(Files.readAllBytes(path));
      if (node.isObject()) {
        return node.asObject();
      }
    } catch (JacksonException failure) {
      throw new CheckpointException(
          "The file %s is not valid JSON: %s.".formatted(path, reason(failure)), failure);
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not read " + path + ": " + failure + ".", failure);
    }
    throw new CheckpointException("The file " + path + " does not hold a JSON object.");
  }

  /** What is wrong and where, on one line and without the parser's class names. */
  static String reason(JacksonException failure) {
    String message = ParserMessage.of(String.valueOf(failure.getOriginalMessage()));
    var location = failure.getLocation();
    return location == null || location.getLineNr() < 1
        ? message
        : "%s (line %d, column %d)"
            .formatted(message, location.getLineNr(), location.getColumnNr());
  }
}
