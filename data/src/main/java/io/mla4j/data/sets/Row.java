package io.mla4j.data.sets;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** One row of a written file, its fields in order. */
record Row(SequencedMap<String, String> fields) {

  static Row of(String text, String label) {
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    fields.put("text", text);
    fields.put("label", label);
    return new Row(fields);
  }

  /** A text of which nothing is said. */
  static Row of(String text) {
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    fields.put("text", text);
    return new Row(fields);
  }

  Row with(String name, String value) {
    SequencedMap<String, String> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new Row(more);
  }

  String text() {
    return fields.getOrDefault("text", "");
  }
}
