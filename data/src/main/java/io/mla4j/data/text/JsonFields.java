package io.mla4j.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one JSON object's text and label and passes over its other fields. */
final class JsonFields {

  private final Columns columns;

  JsonFields(Columns columns) {
    this.columns = columns;
  }

  /** Reads the object whose opening brace the parser stands at, to its closing brace. */
  RawRow read(JsonParser parser, long line) throws RowProblem {
    List<String> names = new ArrayList<>();
    Optional<String> text = Optional.empty();
    Optional<String> pair = Optional.empty();
    Optional<String> label = Optional.empty();
    Optional<String> problem = Optional.empty();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      names.add(name);
      JsonToken token = parser.nextToken();
      if (name.equals(columns.text())) {
        text = text(parser, token);
        problem = problem.or(() -> textProblem(name, token));
      } else if (columns.pair().filter(name::equals).isPresent()) {
        pair = text(parser, token);
        problem = problem.or(() -> textProblem(name, token));
      } else if (columns.label().filter(name::equals).isPresent()) {
        label = token.isScalarValue() ? label(parser, token) : Optional.empty();
        problem = problem.or(() -> labelProblem(name, token));
      }
      parser.skipChildren();
    }
    if (problem.isPresent()) {
      throw new RowProblem(line, problem.get());
    }
    return new RawRow(line, text, pair, label, names);
  }

  private static Optional<String> text(JsonParser parser, JsonToken token) {
    return token == JsonToken.VALUE_STRING ? Optional.of(parser.getString()) : Optional.empty();
  }

  private static Optional<String> label(JsonParser parser, JsonToken token) {
    return token == JsonToken.VALUE_NULL ? Optional.empty() : Optional.of(parser.getString());
  }

  private static Optional<String> textProblem(String name, JsonToken token) {
    return token == JsonToken.VALUE_STRING
        ? Optional.empty()
        : Optional.of("'" + name + "' must be a string and is " + kind(token) + ".");
  }

  private static Optional<String> labelProblem(String name, JsonToken token) {
    return token.isScalarValue() && token != JsonToken.VALUE_NULL
        ? Optional.empty()
        : Optional.of(
            "'" + name + "' must be a string, number or boolean and is " + kind(token) + ".");
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case START_ARRAY -> "an array";
      case START_OBJECT -> "an object";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> "something else";
    };
  }

  /** The parser's complaint without its place, which the caller states in its own terms. */
  static String complaint(JacksonException failure) {
    String message = String.valueOf(failure.getOriginalMessage());
    return "not valid JSON (" + message.lines().findFirst().orElse("no detail") + ").";
  }
}
