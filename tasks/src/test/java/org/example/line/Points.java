package org.example.line;

import io.mla4j.data.batch.Batch;
import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.BatchSource;
import java.util.Iterator;
import java.util.stream.LongStream;

/** Points on the line y = 2x + 1, the same in every epoch. */
public record Points(int count, int batchSize) implements BatchSource<Points.Few> {

  /** Some of them. */
  public record Few(float[] x, float[] y, int[] rows) implements Batch {
    @Override
    public long realTokens() {
      return x.length;
    }
  }

  private Few batch(long number) {
    int start = (int) number * batchSize;
    int size = Math.min(batchSize, count - start);
    Few few = new Few(new float[size], new float[size], new int[size]);
    for (int i = 0; i < size; i++) {
      few.rows()[i] = start + i;
      few.x()[i] = (start + i) / (float) count;
      few.y()[i] = 2 * few.x()[i] + 1;
    }
    return few;
  }

  @Override
  public BatchIterator<Few> batches(long epoch, long skipBatches) {
    Iterator<Few> batches =
        LongStream.range(skipBatches, batchesPerEpoch()).mapToObj(this::batch).iterator();
    return new BatchIterator<>() {
      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public Few next() {
        return batches.next();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Iterator<Few> iterator() {
    return batches(0);
  }

  @Override
  public long batchesPerEpoch() {
    return Math.ceilDiv(count, batchSize);
  }

  @Override
  public long examplesPerEpoch() {
    return count;
  }

  @Override
  public String checksum() {
    return count + " points";
  }
}
