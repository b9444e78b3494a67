package io.mla4j.checkpoint;

import io.mla4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads a safetensors header and refuses it in one sentence wherever it is not valid. */
final class HeaderParser {

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int SHOWN = 40;
  private static final int MOST_CHARACTERS = 1 << 12;

  private final Path path;
  private final MemorySegment file;

  private HeaderParser(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Parses and validates.
   *
   * @param file all bytes of the file
   */
  static SafetensorsHeader parse(Path path, MemorySegment file) {
    return new HeaderParser(path, file).parse();
  }

  private SafetensorsHeader parse() {
    long length = headerLength();
    long dataStart = SafetensorsHeader.LENGTH_BYTES + length;
    Map<String, TensorEntry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    read(text(length), entries, metadata);
    DataLayout.check(path, entries.values(), file.byteSize() - dataStart);
    return new SafetensorsHeader(
        Collections.unmodifiableMap(entries), Collections.unmodifiableMap(metadata), dataStart);
  }

  private long headerLength() {
    long size = file.byteSize();
    if (size < SafetensorsHeader.LENGTH_BYTES) {
      throw invalid(
          "is truncated: it has %d bytes, fewer than the 8 of its header length".formatted(size));
    }
    long length = file.get(LENGTH, 0);
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
      throw invalid(
          "is not a safetensors file: it claims a header of %s bytes, and at most %d are allowed"
              .formatted(Long.toUnsignedString(length), SafetensorsHeader.MAX_BYTES));
    }
    if (length > size - SafetensorsHeader.LENGTH_BYTES) {
      throw invalid(
          "is truncated: its header should have %d bytes, and %d are left in the file"
              .formatted(length, size - SafetensorsHeader.LENGTH_BYTES));
    }
    return length;
  }

  private String text(long length) {
    MemorySegment bytes = file.asSlice(SafetensorsHeader.LENGTH_BYTES, length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.asByteBuffer()).toString();
    } catch (CharacterCodingException failure) {
      throw invalid("has a header that is not UTF-8 text", failure);
    }
  }

  private void read(String text, Map<String, TensorEntry> entries, Map<String, String> metadata) {
    if (!text.startsWith("{")) {
      throw invalid("has a header that does not begin with '{'");
    }
    try (JsonParser parser = CheckpointJson.MAPPER.createParser(text)) {
      parser.nextToken();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        if (name.equals(SafetensorsHeader.METADATA)) {
          readMetadata(parser, metadata);
        } else {
          entries.put(name, entry(name, node(name, text, parser)));
        }
      }
      requireEnd(parser);
    } catch (JacksonException failure) {
      throw invalid(
          "has a header that is not valid JSON: " + CheckpointJson.reason(failure), failure);
    }
  }

  private void requireEnd(JsonParser parser) {
    if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
      throw invalid("has a header that is not valid JSON: it is more than one object");
    }
  }

  /** One tensor's description: passed over first, as a tree takes many times its length. */
  private JsonNode node(String name, String text, JsonParser parser) {
    long begin = parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    if (!parser.currentToken().isStructEnd()) {
      return MissingNode.getInstance();
    }
    long end = parser.currentLocation().getCharOffset();
    if (end - begin > MOST_CHARACTERS) {
      throw invalid(
          "describes the tensor '%s' in %d characters, and at most %d are allowed"
              .formatted(shown(name), end - begin, MOST_CHARACTERS));
    }
    return CheckpointJson.MAPPER.readTree(text.substring((int) begin, (int) end));
  }

  private void readMetadata(JsonParser parser, Map<String, String> metadata) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw invalid("has metadata that is no JSON object");
    }
    for (String key = parser.nextName(); key != null; key = parser.nextName()) {
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw invalid("has the metadata '%s' that is no text".formatted(shown(key)));
      }
      metadata.put(key, parser.getString());
    }
  }

  private TensorEntry entry(String name, JsonNode node) {
    FileType type = type(name, node.path("dtype"));
    Shape shape = shape(name, node.path("shape"));
    long[] range = longs(name, "data_offsets", node.path("data_offsets"));
    if (range.length != 2) {
      throw invalid("gives the tensor '%s' %d data offsets, not 2".formatted(name, range.length));
    }
    TensorEntry entry = new TensorEntry(name, type, shape, range[0], range[1]);
    requireRange(entry);
    requireSize(entry);
    return entry;
  }

  private FileType type(String name, JsonNode node) {
    return FileType.ofCode(node.isString() ? node.stringValue() : "")
        .orElseThrow(
            () ->
                invalid(
                    "gives the tensor '%s' the type %s, and only %s can be read"
                        .formatted(name, shown(node), Arrays.toString(FileType.values()))));
  }

  private Shape shape(String name, JsonNode node) {
    long[] extents = longs(name, "shape", node);
    try {
      return Shape.of(extents);
    } catch (IllegalArgumentException overflow) {
      throw invalid("has a bad shape for the tensor '%s': more than 2^63 elements".formatted(name));
    }
  }

  private long[] longs(String name, String field, JsonNode node) {
    if (!node.isArray()) {
      throw invalid("gives the tensor '%s' no list as its %s".formatted(name, field));
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode element = node.get(i);
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
        throw invalid(
            "has %s in the %s of the tensor '%s', where only whole numbers from 0 to 2^63 - 1 stand"
                .formatted(shown(element), field, name));
      }
      values[i] = element.longValue();
    }
    return values;
  }

  /** A piece of the header, cut to a length that fits a sentence. */
  private static String shown(JsonNode node) {
    return shown(node.isMissingNode() ? "(none)" : node.toString());
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private void requireRange(TensorEntry entry) {
    if (entry.begin() > entry.end()) {
      throw invalid(
          "lets the tensor '%s' begin at byte %d, after its end at %d"
              .formatted(entry.name(), entry.begin(), entry.end()));
    }
  }

  private void requireSize(TensorEntry entry) {
    if (!fills(entry)) {
      throw invalid(
          "gives the tensor '%s' %d bytes, which %s of shape %s do not fill"
              .formatted(entry.name(), entry.bytes(), entry.type().code(), entry.shape()));
    }
  }

  private static boolean fills(TensorEntry entry) {
    try {
      return entry.type().bytes(entry.shape()) == entry.bytes();
    } catch (IllegalArgumentException noWholeBytes) {
      return false;
    }
  }

  private CheckpointException invalid(String problem) {
    return new CheckpointException("The file " + path + " " + problem + ".");
  }

  private CheckpointException invalid(String problem, Throwable cause) {
    return new CheckpointException("The file " + path + " " + problem + ".", cause);
  }
}
