package io.mla4j.training;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.batch.LengthReport;
import io.mla4j.data.batch.LoaderSettings;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.token.Tokenizer;
import java.util.Iterator;

/**
 * A source that has fewer batches than it says, as a streamed file that was cut after its survey.
 *
 * @param left batches there still are
 */
record ShrunkSource(DocumentSource before, long left) implements DocumentSource {

  @Override
  public BatchIterator<TextBatch> batches(long epoch, long skipBatches) {
    BatchIterator<TextBatch> all = before.batches(epoch, skipBatches);
    return new BatchIterator<TextBatch>() {
      private long position = skipBatches;

      @Override
      public boolean hasNext() {
        return position < left && all.hasNext();
      }

      @Override
      public TextBatch next() {
        position++;
        return all.next();
      }

      @Override
      public void close() {
        all.close();
      }
    };
  }

  @Override
  public Iterator<TextBatch> iterator() {
    return batches(0);
  }

  @Override
  public long batchesPerEpoch() {
    return before.batchesPerEpoch();
  }

  @Override
  public long documentsPerEpoch() {
    return before.documentsPerEpoch();
  }

  @Override
  public LabelSet labels() {
    return before.labels();
  }

  @Override
  public long[] labelCounts() {
    return before.labelCounts();
  }

  @Override
  public LoaderSettings settings() {
    return before.settings();
  }

  @Override
  public String checksum() {
    return before.checksum();
  }

  @Override
  public LengthReport lengths() {
    return before.lengths();
  }

  @Override
  public RowReport rows() {
    return before.rows();
  }

  @Override
  public Tokenizer tokenizer() {
    return before.tokenizer();
  }

  @Override
  public ContextWindow window() {
    return before.window();
  }
}
