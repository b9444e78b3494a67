package io.mla4j.flashmla.cache;

import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * The rows of packed sequences: for each token one row a head. Strides let queries, keys and values
 * be parts of wider rows, as the up-projection of latents writes {@code [key | value]} side by
 * side.
 *
 * @param memory starts with the first row of the first token
 * @param tokenStride elements from one token to the next
 * @param headStride elements from one head to the next
 */
public record TokenRows(MemorySegment memory, ElementType type, long tokenStride, long headStride) {

  public TokenRows {
    if (tokenStride < 0 || headStride < 0) {
      throw new IllegalArgumentException(
          "Strides must be 0 or more, not %d for tokens and %d for heads."
              .formatted(tokenStride, headStride));
    }
  }

  /** [tokens, heads, width], laid out row by row. */
  public static TokenRows of(MemorySegment memory, ElementType type, int heads, int width) {
    return new TokenRows(memory, type, (long) heads * width, width);
  }

  /** Where a row starts, in elements. */
  public long index(long token, long head) {
    return token * tokenStride + head * headStride;
  }

  /** From the first row of a token and head on. */
  public MemorySegment from(long token, long head) {
    return memory.asSlice(index(token, head) * type.bytes());
  }

  /** Elements up to the end of the last row. */
  public long elements(String what, long tokens, long heads, long width) {
    if (tokens == 0) {
      return 0;
    }
    long lastToken = MemoryCheck.times(what, tokens - 1, tokenStride);
    long lastHead = MemoryCheck.times(what, heads - 1, headStride);
    return MemoryCheck.plus(what, MemoryCheck.plus(what, lastToken, lastHead), width);
  }
}
