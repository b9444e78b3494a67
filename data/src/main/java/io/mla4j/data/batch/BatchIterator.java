package io.mla4j.data.batch;

import java.util.Iterator;

/** Batches of one epoch; closing it before its end frees an open file. */
public interface BatchIterator extends Iterator<TextBatch>, AutoCloseable {

  @Override
  void close();
}
