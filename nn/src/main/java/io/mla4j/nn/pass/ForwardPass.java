package io.mla4j.nn.pass;

import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryTables;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.nn.rotary.TokenPositions;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Plans;
import io.mla4j.tensor.TensorScope;
import java.util.Optional;

/**
 * What all layers share while tokens pass through a model once: what each token sees, where it
 * stands, the caches its keys are added to, and the plans that are made once and used by every
 * layer. Layers leave in it what training and reports want to know. For one thread; closed when the
 * pass is over.
 */
public final class ForwardPass implements AutoCloseable {

  /** Where angles come from. */
  private interface Angles {
    Rotation of(Optional<RotaryConfig> config);
  }

  private final Plans plans = Plans.open();
  private final PassRecord record = new PassRecord();
  private final AttentionMask mask;
  private final Angles angles;
  private final Optional<LayerCaches> caches;

  private ForwardPass(AttentionMask mask, Angles angles, Optional<LayerCaches> caches) {
    this.mask = mask.withPlans(plans);
    this.angles = angles;
    this.caches = caches;
  }

  /**
   * A pass.
   *
   * @param mask over all keys, the cached ones first
   */
  public static Builder seeing(AttentionMask mask) {
    return new Builder(mask);
  }

  /** Says step by step what a pass is of. */
  public static final class Builder {

    private final AttentionMask mask;
    private Angles angles =
        config -> {
          throw new IllegalArgumentException(
              "This attention rotates by position; give its pass positions.");
        };
    private Optional<LayerCaches> caches = Optional.empty();

    private Builder(AttentionMask mask) {
      this.mask = mask;
    }

    /** Tokens at these positions, which layers turn as they are configured. */
    public Builder at(TokenPositions positions, RotaryTables tables) {
      angles = config -> tables.rotation(requireConfig(config), positions);
      return this;
    }

    /** Tokens that every layer turns by the same angles, [T, P/2] or [B, T, P/2]. */
    public Builder turnedBy(Rotation rotation) {
      angles = config -> rotation;
      return this;
    }

    /** Where the keys before these tokens are, and to which theirs are added. */
    public Builder addingTo(LayerCaches given) {
      caches = Optional.of(given);
      return this;
    }

    public ForwardPass open() {
      return new ForwardPass(mask, angles, caches);
    }

    private static RotaryConfig requireConfig(Optional<RotaryConfig> config) {
      return config.orElseThrow(
          () ->
              new IllegalArgumentException(
                  "This attention was made without a rotation; give the pass its angles."));
    }
  }

  /** This pass as one of its layers sees it. */
  public LayerPass layer(int index) {
    return new LayerPass(this, index);
  }

  /** What each token sees; it keeps what follows from it as long as this pass. */
  public AttentionMask mask() {
    return mask;
  }

  /** What was made in this pass for all layers. */
  public Plans plans() {
    return plans;
  }

  public Optional<LayerCaches> caches() {
    return caches;
  }

  /** What layers left behind. */
  public PassRecord record() {
    return record;
  }

  /** The angles of a layer that turns as this configuration says. */
  Rotation rotation(Optional<RotaryConfig> config) {
    return plans.plan(config, KeptRotation.class, () -> kept(config)).rotation();
  }

  private KeptRotation kept(Optional<RotaryConfig> config) {
    try (TensorScope scope = TensorScope.open()) {
      Rotation rotation = angles.of(config);
      boolean made = scope.size() > 0;
      if (made) {
        TensorScope.release(rotation.cos());
        TensorScope.release(rotation.sin());
      }
      return new KeptRotation(rotation, made);
    }
  }

  /** Angles for the whole pass, which frees those that were made for it. */
  private record KeptRotation(Rotation rotation, boolean made) implements Plans.Plan {
    @Override
    public void close() {
      if (made) {
        rotation.cos().close();
        rotation.sin().close();
      }
    }
  }

  /** Frees the plans; caches and what layers left behind stay. */
  @Override
  public void close() {
    plans.close();
  }
}
