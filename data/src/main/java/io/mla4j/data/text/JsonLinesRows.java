package io.mla4j.data.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Rows of a file with one JSON object a line; blank lines are passed over. */
final class JsonLinesRows implements RowSource {

  private final DecodedInput input;
  private final BufferedReader lines;
  private final JsonFields fields;
  private long line;

  JsonLinesRows(DecodedInput input, Columns columns) {
    this.input = input;
    this.lines = new BufferedReader(input);
    this.fields = new JsonFields(columns);
  }

  @Override
  public Optional<RawRow> next() throws RowProblem, IOException {
    for (String row = lines.readLine(); row != null; row = lines.readLine()) {
      line++;
      input.requireSoundThroughLine(line, line);
      if (!row.isBlank()) {
        return Optional.of(parse(row));
      }
    }
    return Optional.empty();
  }

  private RawRow parse(String row) throws RowProblem {
    try (JsonParser parser = JsonFields.parser(new StringReader(row))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new RowProblem(line, "the line must be one JSON object.");
      }
      RawRow raw = fields.read(parser, line);
      if (parser.nextToken() != null) {
        throw new RowProblem(line, "something follows the JSON object on its line.");
      }
      return raw;
    } catch (JacksonException failure) {
      throw new RowProblem(line, JsonFields.complaint(failure));
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
