package io.mla4j.nn.attention;

import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.LayerCaches;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.nn.transformer.TransformerLayer;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Tensor;
import java.util.Optional;

/** Tokens, and a pass of their own through one layer. */
public record AttentionInput(
    Tensor x, AttentionMask mask, Optional<Rotation> rotation, Optional<AttentionCache> cache) {

  public static AttentionInput full(Tensor x, AttentionMask mask, Rotation rotation) {
    return new AttentionInput(x, mask, Optional.of(rotation), Optional.empty());
  }

  public AttentionInput withX(Tensor other) {
    return new AttentionInput(other, mask, rotation, cache);
  }

  public Tensor through(Attention layer) {
    try (ForwardPass pass = pass()) {
      return layer.forward(x, pass.layer(0));
    }
  }

  public Tensor through(TransformerLayer layer) {
    try (ForwardPass pass = pass()) {
      return layer.forward(x, pass.layer(0));
    }
  }

  private ForwardPass pass() {
    ForwardPass.Builder builder = ForwardPass.seeing(mask);
    rotation.ifPresent(builder::turnedBy);
    cache.ifPresent(given -> builder.addingTo(LayerCaches.of(given)));
    return builder.open();
  }
}
