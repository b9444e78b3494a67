package io.mla4j.config;

import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;

/** Types and values in the words of an error. */
final class Expectation {

  private static final String NUMBER = "a number";
  private static final String INT = "a whole number";
  private static final String INT_RANGE = whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final String LONG_RANGE = whole(Long.MIN_VALUE, Long.MAX_VALUE);

  private static final Map<Class<?>, String> WORDS =
      Map.ofEntries(
          Map.entry(Byte.class, whole(Byte.MIN_VALUE, Byte.MAX_VALUE)),
          Map.entry(Short.class, whole(Short.MIN_VALUE, Short.MAX_VALUE)),
          Map.entry(Integer.class, INT),
          Map.entry(OptionalInt.class, INT),
          Map.entry(Long.class, INT),
          Map.entry(OptionalLong.class, INT),
          Map.entry(Float.class, NUMBER),
          Map.entry(Double.class, NUMBER),
          Map.entry(OptionalDouble.class, NUMBER),
          Map.entry(Boolean.class, "true or false"),
          Map.entry(String.class, "text: put it in quotes"),
          Map.entry(Path.class, "a path: put it in quotes"),
          Map.entry(Duration.class, "a duration such as 500ms, 90s or 1h30m"));

  private Expectation() {}

  private static String whole(long least, long most) {
    return "a whole number from " + least + " to " + most;
  }

  /** What a setting must be that is the value: "a whole number", "one of mean, cls". */
  static String of(JavaType type, JsonNode value) {
    Class<?> raw = MethodType.methodType(type.getRawClass()).wrap().returnType();
    String words = WORDS.get(raw);
    if (words == null) {
      return structure(type);
    }
    if (words.equals(INT) && value.isIntegralNumber()) {
      return raw.getSimpleName().endsWith("Long") ? LONG_RANGE : INT_RANGE;
    }
    return words.equals(NUMBER) && value.isNumber() ? "a finite number" : words;
  }

  private static String structure(JavaType type) {
    if (type.isEnumType()) {
      return oneOf(names(type.getRawClass()));
    }
    return type.isCollectionLikeType() || type.isArrayType()
        ? "a list such as [a, b]"
        : "a group of settings, each as 'name: value'";
  }

  private static List<String> names(Class<?> type) {
    return Stream.of(type.getEnumConstants())
        .map(constant -> Formats.TREE.valueToTree(constant).asString())
        .toList();
  }

  static String oneOf(Collection<String> names) {
    return names.size() == 1 ? names.iterator().next() : "one of " + String.join(", ", names);
  }

  /** A value as an error shows it: in quotes, or by its kind where it is not a single value. */
  static String shown(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT, POJO -> "a group of settings";
      case ARRAY -> "a list";
      case NULL, MISSING -> "empty";
      case STRING, NUMBER, BOOLEAN, BINARY -> "'" + value.asString() + "'";
    };
  }
}
