package io.mla4j.nn.pass;

/**
 * What an attention layer keeps of the tokens before, for one batch of sequences. Each member of
 * the family knows the kinds it can add to and read.
 */
public interface AttentionCache extends AutoCloseable {

  /** Tokens in it, S; of the longest sequence where they may differ. */
  long length();

  /**
   * Forgets tokens from the end of every sequence, such as drafts that were refused.
   *
   * @param tokens to forget, at most {@link #length}
   */
  void forgetLast(long tokens);

  /** Frees its memory. */
  @Override
  void close();
}
