package io.mla4j.kernels.expert;

import java.util.List;

/** All experts of a layer, which have the same widths. */
public record ExpertWeights(List<Expert> experts) implements AutoCloseable {

  /**
   * @throws IllegalArgumentException if there are none or their widths differ
   */
  public ExpertWeights {
    experts = List.copyOf(experts);
    if (experts.isEmpty()) {
      throw new IllegalArgumentException("The experts must be one or more.");
    }
    Expert first = experts.getFirst();
    for (int i = 1; i < experts.size(); i++) {
      Expert other = experts.get(i);
      if (other.inner() != first.inner() || other.width() != first.width()) {
        throw new IllegalArgumentException(
            "The experts must have the widths of the first, %d and %d inside, unlike %d and %d of expert %d."
                .formatted(first.width(), first.inner(), other.width(), other.inner(), i));
      }
    }
  }

  public int count() {
    return experts.size();
  }

  /** E. */
  public long width() {
    return experts.getFirst().width();
  }

  /** I. */
  public long inner() {
    return experts.getFirst().inner();
  }

  void checkOpen() {
    for (Expert expert : experts) {
      expert.gate().checkOpen();
      expert.up().checkOpen();
      expert.down().checkOpen();
    }
  }

  @Override
  public void close() {
    experts.forEach(Expert::close);
  }
}
