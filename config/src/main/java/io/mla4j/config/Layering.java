package io.mla4j.config;

import io.mla4j.config.SettingTypes.Family;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lays settings over others: record by record and setting by setting; lists, texts and numbers are
 * replaced. Each value laid is one that its type accepts.
 */
final class Layering {

  private final String origin;

  /**
   * @param origin where the upper settings come from, as the beginning of an error
   */
  Layering(String origin) {
    this.origin = origin;
  }

  JsonNode lay(JavaType type, JsonNode lower, JsonNode upper) {
    if (!upper.isObject()) {
      throw error(
          "settings are written as 'name: value', but this is " + Expectation.shown(upper) + ".");
    }
    return lay(type, lower, upper, SettingPath.ROOT);
  }

  private JsonNode lay(JavaType type, JsonNode lower, JsonNode upper, SettingPath path) {
    if (type.isReferenceType()) {
      return upper.isNull() ? upper : lay(type.getReferencedType(), lower, upper, path);
    }
    Optional<Family> family = SettingTypes.family(type);
    if (family.isPresent()) {
      JsonNode member = spelledOut(family.get(), upper);
      return layMember(family.get(), lower, settings(type, member, path), path);
    }
    if (SettingTypes.isRecord(type)) {
      return laySettings(type, lower, settings(type, upper, path), path);
    }
    if (type.isMapLikeType()) {
      return layEntries(type.getContentType(), lower, settings(type, upper, path), path);
    }
    return type.isCollectionLikeType() || type.isArrayType()
        ? layItems(type, upper, path)
        : laid(type, upper, path);
  }

  private ObjectNode settings(JavaType type, JsonNode upper, SettingPath path) {
    if (upper instanceof ObjectNode settings) {
      return settings;
    }
    throw unfit(type, upper, path);
  }

  private JsonNode layItems(JavaType type, JsonNode upper, SettingPath path) {
    if (!(upper instanceof ArrayNode items)) {
      throw unfit(type, upper, path);
    }
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    JsonNode nothing = MissingNode.getInstance();
    for (int index = 0; index < items.size(); index++) {
      result.add(lay(type.getContentType(), nothing, items.get(index), path.item(index)));
    }
    return result;
  }

  private JsonNode layEntries(JavaType type, JsonNode lower, ObjectNode upper, SettingPath path) {
    ObjectNode result = copy(lower);
    upper.forEachEntry(
        (name, value) -> result.set(name, lay(type, lower.path(name), value, path.child(name))));
    return result;
  }

  private ObjectNode laySettings(
      JavaType type, JsonNode lower, ObjectNode upper, SettingPath path) {
    Map<String, JavaType> known = SettingTypes.settings(type);
    ObjectNode result = copy(lower.isObject() ? lower : SettingTypes.defaults(type).orElse(lower));
    upper.forEachEntry(
        (name, value) -> {
          JavaType setting = known.get(name);
          if (setting == null) {
            throw error(new UnknownSetting(path, name, known.keySet()).sentence());
          }
          result.set(name, lay(setting, result.path(name), value, path.child(name)));
        });
    known.forEach((name, setting) -> fillOptional(result, name, setting));
    return result;
  }

  private static void fillOptional(ObjectNode settings, String name, JavaType type) {
    if (!settings.has(name) && accepts(type, NullNode.getInstance())) {
      settings.putNull(name);
    }
  }

  /** A member of a family may be written by its name alone, as {@code attention: mla}. */
  private static JsonNode spelledOut(Family family, JsonNode upper) {
    return upper.isString()
        ? JsonNodeFactory.instance.objectNode().put(family.property(), upper.asString())
        : upper;
  }

  private JsonNode layMember(Family family, JsonNode lower, ObjectNode upper, SettingPath path) {
    String chosen = chosen(family, lower, upper, path);
    JavaType member = family.member(chosen);
    boolean same = lower.path(family.property()).asString("").equals(chosen);
    JsonNode base = same ? without(family, lower) : inCommon(family, lower, member);
    ObjectNode result = JsonNodeFactory.instance.objectNode().put(family.property(), chosen);
    laySettings(member, base, without(family, upper), path).forEachEntry(result::set);
    return result;
  }

  /**
   * What stays where another member is chosen: the settings both have, so that {@code attention:
   * dense} keeps the number of heads.
   */
  private static JsonNode inCommon(Family family, JsonNode lower, JavaType chosen) {
    ObjectNode settings = copy(SettingTypes.defaults(chosen).orElse(MissingNode.getInstance()));
    Map<String, JavaType> wanted = SettingTypes.settings(chosen);
    family
        .find(lower.path(family.property()).asString(""))
        .map(name -> SettingTypes.settings(family.member(name)))
        .orElse(Map.of())
        .forEach(
            (name, type) -> {
              if (type.equals(wanted.get(name)) && lower.has(name)) {
                settings.set(name, lower.get(name));
              }
            });
    return settings;
  }

  private static ObjectNode without(Family family, JsonNode member) {
    ObjectNode settings = copy(member);
    settings.remove(family.property());
    return settings;
  }

  private String chosen(Family family, JsonNode lower, ObjectNode upper, SettingPath path) {
    String property = family.property();
    JsonNode choice = upper.has(property) ? upper.get(property) : lower.path(property);
    return family
        .find(choice.asString(""))
        .orElseThrow(() -> error(notOneOf(family, choice, path.child(property))));
  }

  private static String notOneOf(Family family, JsonNode choice, SettingPath path) {
    String is = choice.isMissingNode() ? "missing" : Expectation.shown(choice);
    return path + " is " + is + " but must be " + Expectation.oneOf(family.names()) + ".";
  }

  private JsonNode laid(JavaType type, JsonNode upper, SettingPath path) {
    if (!accepts(type, upper)) {
      throw unfit(type, upper, path);
    }
    return upper;
  }

  private static boolean accepts(JavaType type, JsonNode value) {
    if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      return false;
    }
    try {
      Object bound = Formats.TREE.treeToValue(value, type);
      return bound != null;
    } catch (JacksonException unfit) {
      return false;
    }
  }

  private static ObjectNode copy(JsonNode node) {
    return node instanceof ObjectNode settings
        ? settings.deepCopy()
        : JsonNodeFactory.instance.objectNode();
  }

  private ConfigException unfit(JavaType type, JsonNode value, SettingPath path) {
    return error(
        value.isNull()
            ? path + " is empty; give it a value, or remove it."
            : path
                + " is "
                + Expectation.shown(value)
                + " but must be "
                + Expectation.of(type, value)
                + ".");
  }

  private ConfigException error(String sentence) {
    return new ConfigException(origin + ": " + sentence);
  }
}
