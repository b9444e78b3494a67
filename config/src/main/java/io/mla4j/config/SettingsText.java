package io.mla4j.config;

import io.mla4j.files.ParserMessage;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Text that holds settings.
 *
 * @param origin where it stands, as the beginning of an error
 */
record SettingsText(String origin, String text) {

  /** The tree, or a missing node where the text holds comments at most. */
  JsonNode yaml() {
    JsonNode tree = parse("YAML", Formats.YAML);
    refuseAliases();
    return tree;
  }

  JsonNode json() {
    return parse("JSON", Formats.JSON);
  }

  private JsonNode parse(String format, ObjectMapper mapper) {
    try {
      return mapper.readTree(text);
    } catch (JacksonException failure) {
      throw new ConfigException(
          "%s, %s: this is not valid %s: %s."
              .formatted(origin, where(failure.getLocation()), format, problem(failure)),
          failure);
    }
  }

  /** An alias would arrive as the text of its name, silently. */
  private void refuseAliases() {
    try (JsonParser tokens = Formats.YAML.createParser(text)) {
      while (tokens.nextToken() != null) {
        if (tokens instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
          throw new ConfigException(
              "%s, %s: aliases (*%s) are not supported; write the value out."
                  .formatted(origin, where(tokens.currentTokenLocation()), tokens.getString()));
        }
      }
    }
  }

  private static String where(TokenStreamLocation location) {
    return "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static String problem(JacksonException failure) {
    return ParserMessage.of(
        String.valueOf(
            failure.getCause() instanceof MarkedYamlEngineException marked
                ? marked.getProblem()
                : failure.getOriginalMessage()));
  }
}
