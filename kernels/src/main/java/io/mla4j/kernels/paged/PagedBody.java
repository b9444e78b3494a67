package io.mla4j.kernels.paged;

import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;

/** The part of a decode that one thread does. */
sealed interface PagedBody permits JavaPaged, NativePaged {

  /** What runs. */
  String description();

  /** Whether it reads a pool of this type. */
  boolean supports(ElementType type);

  /**
   * Attends with the queries of a part to its cached tokens.
   *
   * @param partial float32, at {@link PagedPart#partial()}: [T, H, V] sums of values weighted with
   *     {@code 2^(score − highest)}; [T, H] highest scores times log₂ e, −∞ where nothing was seen;
   *     [T, H] sums of the weights
   */
  void run(PagedTask task, PagedPart part, MemorySegment partial);
}
