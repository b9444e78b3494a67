package io.mla4j.data.text;

import java.util.List;
import java.util.Optional;

/**
 * A row as its format gives it.
 *
 * @param text absent if the row has no such field or holds no value there
 * @param pair the second text, likewise
 * @param names the names of the row's fields
 */
record RawRow(
    long line,
    Optional<String> text,
    Optional<String> pair,
    Optional<String> label,
    List<String> names) {}
