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
  private final long bytes;
  private final AtomicLong heldBytes;
  private final AtomicInteger users = new AtomicInteger(1);

  private PackedWeight(PackedWeights weights, long bytes, AtomicLong heldBytes) {
    this.weights = weights;
    this.bytes = bytes;
    this.heldBytes = heldBytes;
    heldBytes.addAndGet(bytes);
  }

  /**
   * Takes the weights over.
   *
   * @param heldBytes where their size is counted while they exist
   */
  static PackedWeight of(PackedWeights weights, AtomicLong heldBytes) {
    return new PackedWeight(weights, weights.byteSize(), heldBytes);
  }

  /** Weights that are read where their tensor has them, which holds nothing more. */
  static PackedWeight inPlace(PackedWeights weights) {
    return new PackedWeight(weights, 0, new AtomicLong());
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
      heldBytes.addAndGet(-bytes);
      weights.close();
    }
  }
}
