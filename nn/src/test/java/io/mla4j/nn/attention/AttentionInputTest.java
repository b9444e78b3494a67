package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryEmbedding;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Inputs whose parts do not fit are refused in a sentence, before anything is computed. */
class AttentionInputTest {

  private static final int WIDTH = 24;

  private final Engine engine = Engines.start("torch");
  private final Initializer blank = Initializer.blank(engine);
  private TensorScope scope;
  private Attention dense;
  private Attention latent;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
    dense = new DenseConfig(4, 2, 4, false, true, 0).create(blank, WIDTH, 1);
    latent = new MlaConfig(4, 0, 16, 8, 4, 6, 0).create(blank, WIDTH, 1);
  }

  @AfterEach
  void close() {
    dense.close();
    latent.close();
    scope.close();
  }

  private Tensor x(long... shape) {
    return engine.zeros(DType.FLOAT32, shape);
  }

  private Rotation rotation(int dim, int tokens) {
    RotaryConfig config = new RotaryConfig(dim, 10_000, RotaryLayout.HALVES, Optional.empty());
    try (RotaryEmbedding positions = new RotaryEmbedding(engine, DType.FLOAT32, config)) {
      return positions.at(0, tokens);
    }
  }

  private void refused(String sentence, AttentionInput input) {
    for (Attention layer : new Attention[] {dense, latent}) {
      refused(sentence, layer, input);
    }
  }

  private static void refused(String sentence, Attention layer, AttentionInput input) {
    Exception error = assertThrows(IllegalArgumentException.class, () -> input.through(layer));
    assertEquals(sentence, error.getMessage());
  }

  private static AttentionInput with(Tensor x, Rotation rotation, AttentionCache cache) {
    return new AttentionInput(x, AttentionMask.CAUSAL, Optional.of(rotation), Optional.of(cache));
  }

  @Test
  void tokensOfAnotherShape() {
    refused(
        "Attention of width 24 takes tokens of the shape [batch, tokens, 24], not [2, 5, 16].",
        AttentionInput.full(x(2, 5, 16), AttentionMask.NONE, rotation(4, 5)));
    refused(
        "Attention of width 24 takes tokens of the shape [batch, tokens, 24], not [5, 24].",
        AttentionInput.full(x(5, WIDTH), AttentionMask.NONE, rotation(4, 5)));
  }

  @Test
  void noRotation() {
    refused(
        "This attention rotates by position; give its pass positions.",
        new AttentionInput(x(2, 5, WIDTH), AttentionMask.NONE, Optional.empty(), Optional.empty()));
  }

  @Test
  void aRotationOfOtherSizes() {
    Tensor x = x(2, 5, WIDTH);
    refused(
        "5 tokens with 4 rotating elements need cos and sin of the shape [5, 2], not [5, 3] and"
            + " [5, 3].",
        AttentionInput.full(x, AttentionMask.NONE, rotation(6, 5)));
    // One position would be broadcast to all.
    refused(
        "5 tokens with 4 rotating elements need cos and sin of the shape [5, 2], not [1, 2] and"
            + " [1, 2].",
        AttentionInput.full(x, AttentionMask.NONE, rotation(4, 1)));
    Rotation unequal = new Rotation(x(5, 2), x(5, 1), RotaryLayout.HALVES);
    refused(
        "5 tokens with 4 rotating elements need cos and sin of the shape [5, 2], not [5, 2] and"
            + " [5, 1].",
        AttentionInput.full(x, AttentionMask.NONE, unequal));
  }

  @Test
  void aRotationForEverySequence() {
    Rotation each = new Rotation(x(2, 5, 2), x(2, 5, 2), RotaryLayout.HALVES);
    Tensor y = AttentionInput.full(x(2, 5, WIDTH), AttentionMask.NONE, each).through(latent);
    assertEquals("[2, 5, 24]", y.shape().toString());
    refused(
        "5 tokens with 4 rotating elements need cos and sin of the shape [5, 2], not [2, 5, 2] and"
            + " [2, 5, 2].",
        AttentionInput.full(x(3, 5, WIDTH), AttentionMask.NONE, each));
  }

  @Test
  void aKeyMaskOfOtherSizes() {
    Tensor x = x(2, 5, WIDTH);
    Tensor shorter = engine.ofBooleans(new boolean[8], 2, 4);
    refused(
        "A key mask over the cached and the new tokens is BOOL [2, 5] here, not BOOL [2, 4].",
        AttentionInput.full(x, AttentionMask.NONE.withKeyMask(shorter), rotation(4, 5)));
    refused(
        "A key mask over the cached and the new tokens is BOOL [2, 5] here, not FLOAT32 [2, 5].",
        AttentionInput.full(x, AttentionMask.NONE.withKeyMask(x(2, 5)), rotation(4, 5)));
  }

  @Test
  void aKeyMaskThatForgetsTheCachedTokens() {
    Tensor real = engine.ofBooleans(new boolean[] {true, true}, 2, 1);
    try (AttentionCache cache = latent.newCache()) {
      with(x(2, 5, WIDTH), rotation(4, 5), cache).through(latent);
      refused(
          "A key mask over the cached and the new tokens is BOOL [2, 6] here, not BOOL [2, 1].",
          latent,
          new AttentionInput(
              x(2, 1, WIDTH),
              AttentionMask.CAUSAL.withKeyMask(real),
              Optional.of(rotation(4, 1)),
              Optional.of(cache)));
    }
  }

  @Test
  void theCacheOfAnotherMember() {
    refused(
        "This layer keeps a KeyValueCache, not a ContiguousLatentCache; make its cache with"
            + " newCache().",
        dense,
        with(x(2, 1, WIDTH), rotation(4, 1), latent.newCache()));
    refused(
        "This layer keeps a LatentCache, not a ContiguousKeyValueCache; make its cache with"
            + " newCache().",
        latent,
        with(x(2, 1, WIDTH), rotation(4, 1), dense.newCache()));
  }

  @Test
  void theCacheOfAnotherBatch() {
    try (AttentionCache keysAndValues = dense.newCache();
        AttentionCache latents = latent.newCache()) {
      with(x(2, 3, WIDTH), rotation(4, 3), keysAndValues).through(dense);
      with(x(2, 3, WIDTH), rotation(4, 3), latents).through(latent);
      // One sequence would be broadcast to both.
      refused(
          "This cache takes tokens of the shape [2, 1, 2, 4], not [1, 1, 2, 4]; make one for each"
              + " batch.",
          dense,
          with(x(1, 1, WIDTH), rotation(4, 1), keysAndValues));
      refused(
          "This cache takes tokens of the shape [2, 1, 20], not [1, 1, 20]; make one for each"
              + " batch.",
          latent,
          with(x(1, 1, WIDTH), rotation(4, 1), latents));
      assertEquals(3, keysAndValues.length());
      assertEquals(3, latents.length());
    }
  }
}
