package io.mla4j.models.encoder;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** What a configuration was refused for, in words without the parser's own names. */
final class Misreading {

  private static final String MISSING = "Missing creator property";

  private Misreading() {}

  /** A clause that ends the sentence. */
  static String explained(JacksonException failure) {
    String setting = setting(failure);
    if (failure instanceof UnrecognizedPropertyException) {
      return "it has an unknown setting '" + setting + "'.";
    }
    String problem = problem(failure);
    if (failure instanceof ValueInstantiationException) {
      return problem;
    }
    return problem.startsWith(MISSING)
        ? "it lacks '" + setting + "'."
        : "'" + setting + "' cannot be used: " + problem + ".";
  }

  /** What the record's constructor said, or else the parser. */
  private static String problem(JacksonException failure) {
    Throwable cause = failure.getCause();
    String message = cause == null ? null : cause.getMessage();
    return message == null
        ? failure.getOriginalMessage().lines().findFirst().orElse("unreadable")
        : message;
  }

  private static String setting(JacksonException failure) {
    List<String> names =
        failure.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .filter(name -> name != null)
            .toList();
    return String.join(".", names);
  }
}
