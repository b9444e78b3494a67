package io.mla4j.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A YAML or JSON file as a tree of settings. */
final class ConfigFile {

  private ConfigFile() {}

  static boolean isJson(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
  }

  static Layer read(Path file) {
    String text = text(file);
    if (text.isBlank()) {
      throw new ConfigException(
          file + " is empty; write at least one setting, or leave the file out.");
    }
    SettingsText settings = new SettingsText(file.toString(), text);
    JsonNode tree = isJson(file) ? settings.json() : settings.yaml();
    boolean silent = tree.isMissingNode() || tree.isNull();
    return new Layer(file.toString(), silent ? JsonNodeFactory.instance.objectNode() : tree);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      throw new ConfigException("There is no file " + file + ".", missing);
    } catch (CharacterCodingException notUtf8) {
      throw new ConfigException(file + " is not UTF-8 text; save it as UTF-8.", notUtf8);
    } catch (IOException failure) {
      String reason = Files.isDirectory(file) ? "it is a folder" : failure.getMessage();
      throw new ConfigException("Could not read " + file + ": " + reason + ".", failure);
    }
  }
}
