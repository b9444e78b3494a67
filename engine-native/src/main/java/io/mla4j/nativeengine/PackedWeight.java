package io.mla4j.nativeengine;

import io.mla4j.kernels.product.PackedWeights;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A weight in the order in which products read it. It is freed when its storage has dropped it and
 * the last product is done with it.
 */
final class PackedWeight implements AutoCloseable {

  private final PackedWeights weights;
  private final AtomicLong heldBytes;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Takes the weights over.
   *
   * @param heldBytes where their size is counted while they exist
   */
  PackedWeight(PackedWeights weights, AtomicLong heldBytes) {
    this.weights = weights;
    this.heldBytes = heldBytes;
    heldBytes.addAndGet(weights.byteSize());
  }

  PackedWeights weights() {
    return weights;
  }

  /** One more user; only for who holds the storage's lock, as it is the first user. */
  PackedWeight retain() {
    users.incrementAndGet();
    return this;
  }

  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      heldBytes.addAndGet(-weights.byteSize());
      weights.close();
    }
  }
}
