package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Rows of one JSON array of objects. */
final class JsonArrayRows implements RowSource {

  private final Path file;
  private final DecodedInput input;
  private final JsonParser parser;
  private final JsonFields fields;

  JsonArrayRows(Path file, DecodedInput input, Columns columns) {
    this.file = file;
    this.input = input;
    this.parser = JsonFields.parser(input);
    this.fields = new JsonFields(columns);
    requireArray();
  }

  private void requireArray() {
    JsonToken first = token();
    if (first != JsonToken.START_ARRAY && first != JsonToken.NOT_AVAILABLE) {
      throw new DataException(
          file
              + " must hold one array of objects, [{…}, …]; a file with one object a line is JSON"
              + " Lines and is named .jsonl.");
    }
  }

  private void requireEnd() {
    if (token() != JsonToken.NOT_AVAILABLE) {
      throw new DataException(
          new RowOrigin(file, parser.currentTokenLocation().getLineNr())
              + ": something follows the array; a JSON file must hold one array and nothing else.");
    }
  }

  /** The next token; NOT_AVAILABLE at the end of the file. */
  private JsonToken token() {
    try {
      JsonToken token = parser.nextToken();
      return token == null ? JsonToken.NOT_AVAILABLE : token;
    } catch (JacksonException failure) {
      throw broken(failure);
    }
  }

  @Override
  public Optional<RawRow> next() throws RowProblem {
    JsonToken token = token();
    if (token == JsonToken.END_ARRAY || token == JsonToken.NOT_AVAILABLE) {
      requireEnd();
      return Optional.empty();
    }
    long line = parser.currentTokenLocation().getLineNr();
    Optional<RowProblem> problem = Optional.empty();
    Optional<RawRow> row = Optional.empty();
    try {
      row = Optional.of(object(token, line));
    } catch (RowProblem found) {
      problem = Optional.of(found);
    } catch (JacksonException failure) {
      throw broken(failure);
    }
    input.requireSoundThroughCharacter(line, parser.currentLocation().getCharOffset());
    if (problem.isPresent()) {
      throw problem.get();
    }
    return row;
  }

  private RawRow object(JsonToken token, long line) throws RowProblem {
    if (token != JsonToken.START_OBJECT) {
      parser.skipChildren();
      throw new RowProblem(line, "every element of the array must be an object.");
    }
    return fields.read(parser, line);
  }

  private DataException broken(JacksonException failure) {
    long line = failure.getLocation() == null ? 1 : failure.getLocation().getLineNr();
    try {
      input.requireSoundThroughLine(line, line);
    } catch (RowProblem damage) {
      return new DataException(new RowOrigin(file, line) + ": " + damage.problem(), failure);
    }
    return new DataException(
        new RowOrigin(file, line) + ": " + JsonFields.complaint(failure), failure);
  }

  @Override
  public void close() throws IOException {
    parser.close();
    input.close();
  }
}
