package io.mla4j.nn.pass;

import java.util.List;

/** The caches of all layers of a model, for one batch of sequences. */
public final class LayerCaches implements AutoCloseable {

  private final List<AttentionCache> caches;

  /**
   * Takes caches over.
   *
   * @param caches one a layer, of as many tokens each; one or more
   */
  public LayerCaches(List<? extends AttentionCache> caches) {
    if (caches.isEmpty()) {
      throw new IllegalArgumentException("A model has one layer or more, and as many caches.");
    }
    this.caches = List.copyOf(caches);
  }

  /** For an attention that stands alone. */
  public static LayerCaches of(AttentionCache cache) {
    return new LayerCaches(List.of(cache));
  }

  AttentionCache of(int layer) {
    if (layer >= caches.size()) {
      throw new IllegalArgumentException(
          "There are caches for %d layers, and none for layer %d.".formatted(caches.size(), layer));
    }
    return caches.get(layer);
  }

  public List<AttentionCache> all() {
    return caches;
  }

  /** Tokens in them; of the longest sequence where they may differ. */
  public long length() {
    return caches.getFirst().length();
  }

  /** Forgets tokens from the end of every sequence. */
  public void forgetLast(long tokens) {
    caches.forEach(cache -> cache.forgetLast(tokens));
  }

  @Override
  public void close() {
    caches.forEach(AttentionCache::close);
  }
}
