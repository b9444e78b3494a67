package io.mla4j.nn.attention;

/** What an attention layer keeps of the tokens before, for one batch of sequences. */
public sealed interface AttentionCache extends AutoCloseable permits KeyValueCache, LatentCache {

  /** Tokens in it, S; of the longest sequence where they may differ. */
  long length();

  /** Frees its memory. */
  @Override
  void close();
}
