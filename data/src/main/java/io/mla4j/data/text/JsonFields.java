package io.mla4j.data.text;

import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** Reads one JSON object's text and label and passes over its other fields. */
final class JsonFields {

  /**
   * Python writes NaN and infinities where JSON has none; depth and length are nobody's business in
   * fields that nobody reads, and in the others the memory is the limit.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Columns columns;

  JsonFields(Columns columns) {
    this.columns = columns;
  }

  static JsonParser parser(Reader input) {
    return FACTORY.createParser(ObjectReadContext.empty(), input);
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
        label = isLabel(parser, token) ? Optional.of(parser.getString()) : Optional.empty();
        problem = problem.or(() -> labelProblem(name, parser, token));
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

  private static boolean isLabel(JsonParser parser, JsonToken token) {
    return token.isScalarValue() && token != JsonToken.VALUE_NULL && !isNoNumber(parser, token);
  }

  private static boolean isNoNumber(JsonParser parser, JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN();
  }

  private static Optional<String> textProblem(String name, JsonToken token) {
    return token == JsonToken.VALUE_STRING
        ? Optional.empty()
        : Optional.of("'" + name + "' must be a string and is " + kind(token) + ".");
  }

  private static Optional<String> labelProblem(String name, JsonParser parser, JsonToken token) {
    if (isLabel(parser, token)) {
      return Optional.empty();
    }
    String kind = isNoNumber(parser, token) ? parser.getString() : kind(token);
    return Optional.of("'" + name + "' must be a string, number or boolean and is " + kind + ".");
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

  /** What is wrong, and where in its line; the parser speaks of its settings and its source. */
  static String complaint(JacksonException failure) {
    TokenStreamLocation place = failure.getLocation();
    if (failure instanceof UnexpectedEndOfInputException || place == null) {
      return "not valid JSON; it ends before the value does.";
    }
    return "not valid JSON at column %,d.".formatted(Math.max(1, place.getColumnNr()));
  }
}
