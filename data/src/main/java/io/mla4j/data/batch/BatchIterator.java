package io.mla4j.data.batch;

import java.util.Iterator;

/**
 * Batches of one epoch; closing it before its end frees an open file.
 *
 * @param <B> a batch
 */
public interface BatchIterator<B> extends Iterator<B>, AutoCloseable {

  @Override
  void close();
}
