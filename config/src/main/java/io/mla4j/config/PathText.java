package io.mla4j.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Paths as people write them, relative ones included, rather than as URIs. */
final class PathText {

  private PathText() {}

  static final class Writer extends StdScalarSerializer<Path> {
    Writer() {
      super(Path.class);
    }

    @Override
    public void serialize(Path path, JsonGenerator out, SerializationContext context) {
      out.writeString(path.toString());
    }
  }

  static final class Reader extends StdScalarDeserializer<Path> {
    Reader() {
      super(Path.class);
    }

    @Override
    public Path deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.VALUE_STRING
          && in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        context.handleUnexpectedToken(Path.class, in);
      }
      try {
        return Path.of(in.getString());
      } catch (InvalidPathException notAPath) {
        throw context.weirdStringException(in.getString(), Path.class, "not a path");
      }
    }
  }
}
