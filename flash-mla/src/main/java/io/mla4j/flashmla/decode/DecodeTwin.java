package io.mla4j.flashmla.decode;

import io.mla4j.flashmla.cache.CacheFormat;
import java.lang.foreign.MemorySegment;

/** The part of a decode that one thread does. */
public sealed interface DecodeTwin permits JavaDecode, NativeDecode {

  /** What runs. */
  String description();

  /** Whether it reads a cache of this format. */
  boolean supports(CacheFormat format);

  /**
   * Attends with the query rows of a part to its cached tokens.
   *
   * @param partial float32, at {@link DecodePart#partial()}: [rows, V] sums of values weighted with
   *     {@code 2^(score − highest)}; [rows] highest scores times log₂ e, −∞ where nothing was seen;
   *     [rows] sums of the weights
   */
  void run(DecodeTask task, DecodePart part, MemorySegment partial);
}
