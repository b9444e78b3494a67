package io.mla4j.data.sets;

import io.mla4j.data.DataException;
import io.mla4j.data.text.ReadFailure;
import io.mla4j.files.AtomicFile;
import io.mla4j.files.Checksum;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A data set's files in a folder: one for each split, and {@code SOURCE.json}, written last. */
record SetFolder(Path folder, Recipe recipe) {

  private static final String RECORD = "SOURCE.json";
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Raised when a recipe's rows change, so that older files are made anew. */
  private static final int FORMAT = 1;

  /** Whether all files are there as they were written. */
  boolean isSound() {
    Path record = folder.resolve(RECORD);
    if (!Files.isRegularFile(record)) {
      return false;
    }
    try {
      JsonNode source = JSON.readTree(Files.readAllBytes(record));
      return source.path("name").asString("").equals(recipe.about().name())
          && source.path("format").asInt(0) == FORMAT
          && filesMatch(source.path("files"));
    } catch (JacksonException | IOException unreadable) {
      return false;
    }
  }

  private boolean filesMatch(JsonNode files) {
    for (Split split : recipe.about().splits()) {
      Path file = folder.resolve(recipe.about().fileName(split));
      String known = files.path(recipe.about().fileName(split)).path("sha256").asString("");
      if (!Files.isRegularFile(file) || !Checksum.of(file).equals(known)) {
        return false;
      }
    }
    return true;
  }

  void write(Rows rows) {
    requireCounts(rows);
    ObjectNode source = describe();
    ObjectNode files = source.putObject("files");
    for (Split split : recipe.about().splits()) {
      Path file = folder.resolve(recipe.about().fileName(split));
      AtomicFile.writeStream(file, stream -> write(rows, split, stream));
      files
          .putObject(recipe.about().fileName(split))
          .put("rows", rows.of(split).size())
          .put("bytes", size(file))
          .put("sha256", Checksum.of(file));
    }
    AtomicFile.writeString(
        folder.resolve(RECORD),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(source) + "\n");
  }

  private void requireCounts(Rows rows) {
    DataSet about = recipe.about();
    for (Split split : Split.values()) {
      int expected = about.rows().getOrDefault(split, 0);
      if (rows.of(split).size() != expected) {
        throw new DataException(
            "%s gave %,d rows for %s where %,d are expected; nothing was written."
                .formatted(about.name(), rows.of(split).size(), about.fileName(split), expected));
      }
    }
  }

  private ObjectNode describe() {
    DataSet about = recipe.about();
    ObjectNode source = JSON.createObjectNode();
    source
        .put("name", about.name())
        .put("format", FORMAT)
        .put("summary", about.summary())
        .put("licence", about.licence())
        .put("source", about.source());
    ObjectNode inputs = source.putObject("inputs");
    recipe
        .inputs()
        .forEach(
            input ->
                inputs
                    .putObject(input.path())
                    .put("bytes", input.bytes())
                    .put("sha256", input.sha256()));
    return source;
  }

  private void write(Rows rows, Split split, OutputStream stream) throws IOException {
    for (Row row : rows.of(split)) {
      if (recipe.about().form() == DataSet.Form.TEXT) {
        stream.write(row.text().getBytes(StandardCharsets.UTF_8));
        continue;
      }
      stream.write(JSON.writeValueAsString(row.fields()).getBytes(StandardCharsets.UTF_8));
      stream.write('\n');
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failure) {
      throw ReadFailure.of(file.toString(), failure);
    }
  }
}
