package io.mla4j.cli.predict;

import io.mla4j.data.text.RowOrigin;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Pairs of texts, one after another. */
final class PairInput implements AutoCloseable {

  private final Iterator<TextExample> pairs;
  private final Optional<TextReader> reader;

  private PairInput(Iterator<TextExample> pairs, Optional<TextReader> reader) {
    this.pairs = pairs;
    this.reader = reader;
  }

  static PairInput of(TextReader reader) {
    return new PairInput(reader, Optional.of(reader));
  }

  static PairInput of(String first, String second) {
    RowOrigin origin = new RowOrigin(Path.of("arguments"), 1);
    TextExample pair = new TextExample(first, Optional.of(second), Optional.empty(), origin);
    return new PairInput(List.of(pair).iterator(), Optional.empty());
  }

  /** The next so many pairs; fewer at the end, and none after it. */
  List<TextExample> next(int most) {
    List<TextExample> some = new ArrayList<>();
    while (some.size() < most && pairs.hasNext()) {
      some.add(pairs.next());
    }
    return some;
  }

  /** What the user must know of rows that were left out. */
  Optional<String> warning() {
    return reader.flatMap(read -> read.report().warning());
  }

  @Override
  public void close() {
    reader.ifPresent(TextReader::close);
  }
}
