package io.mla4j.nn.pass;

import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Plans;
import io.mla4j.tensor.Tensor;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A pass as one layer sees it.
 *
 * @param layer which layer, from 0
 */
public record LayerPass(ForwardPass pass, int layer) {

  /** What each token sees, over all keys, the cached ones first. */
  public AttentionMask mask() {
    return pass.mask();
  }

  /**
   * The angles of the pass's tokens, cos and sin [T, P/2] or [B, T, P/2].
   *
   * @param config how this layer turns; empty if the pass must know
   * @throws IllegalArgumentException if neither says it
   */
  public Rotation rotation(Optional<RotaryConfig> config) {
    return pass.rotation(config);
  }

  /** What is made once a pass for all layers. */
  public Plans plans() {
    return pass.plans();
  }

  /**
   * This layer's cache.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  public <C extends AttentionCache> Optional<C> cache(Class<C> kind) {
    Optional<AttentionCache> cache = cache();
    cache.ifPresent(
        given -> {
          if (!kind.isInstance(given)) {
            throw new IllegalArgumentException(
                "This layer keeps a %s, not a %s; make its cache with newCache()."
                    .formatted(kind.getSimpleName(), given.getClass().getSimpleName()));
          }
        });
    return cache.map(kind::cast);
  }

  /** This layer's cache, of whichever kind. */
  public Optional<AttentionCache> cache() {
    return pass.caches().map(caches -> caches.of(layer));
  }

  /**
   * Leaves a loss to be added to the objective's: a mean over the pass's tokens, already weighted.
   *
   * @param name of the kind, such as {@code loadBalance}; those of all layers are added up
   */
  public void auxiliaryLoss(String name, Tensor loss) {
    pass.record().addLoss(name, loss);
  }

  /**
   * Leaves figures of this layer for reports.
   *
   * @param name such as {@code expertLoad}
   * @param figures asked for only if somebody wants them
   */
  public void statistic(String name, Supplier<double[]> figures) {
    pass.record().addStatistic(layer, name, figures);
  }
}
