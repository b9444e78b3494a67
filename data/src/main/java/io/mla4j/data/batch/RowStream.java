package io.mla4j.data.batch;

import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A file's examples with their row numbers, in order or shuffled within a buffer. */
final class RowStream implements AutoCloseable {

  /** An example and its place among the file's usable rows. */
  record Row(TextExample example, int index) {}

  private final TextReader reader;
  private final int capacity;
  private final Random random;
  private final List<Row> buffer = new ArrayList<>();
  private int read;

  private RowStream(TextReader reader, int capacity, Random random) {
    this.reader = reader;
    this.capacity = capacity;
    this.random = random;
  }

  static RowStream inOrder(TextReader reader) {
    return new RowStream(reader, 1, new Random(0));
  }

  static RowStream shuffled(TextReader reader, int capacity, Random random) {
    return new RowStream(reader, capacity, random);
  }

  Optional<Row> next() {
    while (buffer.size() < capacity && reader.hasNext()) {
      buffer.add(new Row(reader.next(), read++));
    }
    if (buffer.isEmpty()) {
      return Optional.empty();
    }
    int chosen = random.nextInt(buffer.size());
    Row row = buffer.get(chosen);
    buffer.set(chosen, buffer.getLast());
    buffer.removeLast();
    return Optional.of(row);
  }

  @Override
  public void close() {
    reader.close();
  }
}
