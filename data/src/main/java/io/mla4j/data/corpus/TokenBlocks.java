package io.mla4j.data.corpus;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.SeededOrder;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blocks of a corpus to learn from, all of one length. A block that reaches over the end of a
 * document holds the beginning of the next: what belongs to different documents are sequences of
 * their own in the batch, and the first token of a document is never foretold.
 *
 * <p>Where an epoch has every block once, the last one reaches back into the one before it, and
 * what that already foretells is ignored. An epoch's blocks, and a random batch's, are functions of
 * the seed and their numbers alone.
 */
public final class TokenBlocks implements TokenSource {

  private final TokenCorpus corpus;
  private final BlockSettings settings;
  private final long seed;
  private final int length;
  private final long blocks;
  private final AtomicLong nextEpoch = new AtomicLong();

  /**
   * Cuts a corpus; one shorter than a block has one block that is shorter.
   *
   * @throws IllegalArgumentException if it has more blocks than an array can
   */
  public TokenBlocks(TokenCorpus corpus, BlockSettings settings, long seed) {
    this.corpus = corpus;
    this.settings = settings;
    this.seed = seed;
    this.length = (int) Math.min(settings.contextTokens(), corpus.tokens() - 1);
    this.blocks = Math.ceilDiv(corpus.tokens() - 1, (long) length);
    if (blocks > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "%,d blocks are too many; make contextTokens larger.".formatted(blocks));
    }
  }

  @Override
  public BatchIterator<TokenBatch> batches(long epoch, long skipBatches) {
    return settings.sampling() == Sampling.RANDOM
        ? new Drawn(epoch, skipBatches)
        : new Ordered(epoch, skipBatches);
  }

  /** One batch after another. */
  private abstract class Batches implements BatchIterator<TokenBatch> {

    private long next;

    Batches(long next) {
      this.next = next;
    }

    @Override
    public boolean hasNext() {
      return next < batchesPerEpoch();
    }

    @Override
    public TokenBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The epoch has no more batches.");
      }
      return batch(next++);
    }

    abstract TokenBatch batch(long number);

    @Override
    public void close() {}
  }

  /** Blocks that start anywhere. */
  private final class Drawn extends Batches {

    private final long epoch;

    Drawn(long epoch, long skip) {
      super(skip);
      this.epoch = epoch;
    }

    @Override
    TokenBatch batch(long number) {
      Random random = SeededOrder.random(seed, epoch * batchesPerEpoch() + number);
      BatchBuilder batch = builder(settings.batchSize());
      for (int i = 0; i < settings.batchSize(); i++) {
        long from = random.nextLong(corpus.tokens() - length);
        batch.add(from, from + length, 0, (int) (from / length));
      }
      return batch.build();
    }
  }

  /** Every block once. */
  private final class Ordered extends Batches {

    private final int[] order = new int[(int) blocks];

    Ordered(long epoch, long skip) {
      super(skip);
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
      SeededOrder.shuffle(order, SeededOrder.random(seed, epoch));
    }

    @Override
    TokenBatch batch(long number) {
      int first = (int) (number * settings.batchSize());
      int count = Math.min(settings.batchSize(), order.length - first);
      BatchBuilder batch = builder(count);
      for (int i = first; i < first + count; i++) {
        long own = (long) order[i] * length;
        long from = Math.min(own, corpus.tokens() - 1 - length);
        batch.add(from, from + length, own + 1, order[i]);
      }
      return batch.build();
    }
  }

  private BatchBuilder builder(int count) {
    return new BatchBuilder(corpus, Math.multiplyExact(count, length));
  }

  /** The next epoch's batches: the first call gives epoch 0. */
  @Override
  public Iterator<TokenBatch> iterator() {
    return batches(nextEpoch.getAndIncrement());
  }

  @Override
  public long batchesPerEpoch() {
    return settings.sampling() == Sampling.RANDOM
        ? settings.batchesPerEpoch()
        : Math.ceilDiv(blocks, (long) settings.batchSize());
  }

  /** Blocks. */
  @Override
  public long examplesPerEpoch() {
    return settings.sampling() == Sampling.RANDOM
        ? Math.multiplyExact(settings.batchesPerEpoch(), (long) settings.batchSize())
        : blocks;
  }

  /** Blocks that cover the corpus once. */
  public long blocks() {
    return blocks;
  }

  @Override
  public String checksum() {
    return corpus.checksum();
  }

  @Override
  public long bytes() {
    return corpus.bytes();
  }
}
