package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.nn.Closeness;
import io.mla4j.nn.GoldenFile;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryEmbedding;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A layer with a golden file's weights, checked against the file's outputs. */
final class GoldenAttention {

  private static final double TOLERANCE = 1e-5;

  private final GoldenFile golden;
  private final Engine engine;
  private final Attention layer;
  private final Tensor x;
  private final float[] y;
  private final Rotation rotation;

  GoldenAttention(GoldenFile golden, Engine engine, Attention layer) {
    this.golden = golden;
    this.engine = engine;
    this.layer = layer;
    golden.load(layer, engine);
    x = golden.read("x", engine);
    y = golden.read("y", engine).toFloats();
    rotation = rotation();
  }

  private int tokens() {
    return Math.toIntExact(x.shape().dim(1));
  }

  /** Our own angles, or the file's where it scales them in a way that we do not. */
  private Rotation rotation() {
    JsonNode said = golden.config();
    int dim = layer.config().rotaryDim();
    RotaryLayout layout =
        said.get("rope_interleave").booleanValue() ? RotaryLayout.INTERLEAVED : RotaryLayout.HALVES;
    if (said.path("rope_scaling").path("type").asString("").equals("longrope")) {
      Tensor cos = golden.read("cos", engine).narrow(1, 0, dim / 2).contiguous();
      Tensor sin = golden.read("sin", engine).narrow(1, 0, dim / 2).contiguous();
      return new Rotation(cos, sin, layout);
    }
    RotaryConfig config =
        new RotaryConfig(
            dim,
            said.get("rope_theta").doubleValue(),
            layout,
            GoldenFile.yarn(said.path("rope_scaling")));
    return new RotaryEmbedding(engine, DType.FLOAT32, config).at(0, tokens());
  }

  /** The oracle saw exactly the pairs that our causal mask, with the layer's window, shows. */
  void checkMask(int window) {
    Tensor hidden =
        AttentionMask.CAUSAL.withWindow(window).hidden(engine, tokens(), tokens()).orElseThrow();
    long[] visible = hidden.not().toLongs();
    assertArrayEquals(golden.read("mask", engine).toLongs(), visible);
  }

  void checkFull(String what) {
    AttentionInput input = AttentionInput.full(x, AttentionMask.CAUSAL, rotation);
    Closeness.check(what, y, input.through(layer).toFloats(), TOLERANCE);
  }

  void checkCached(String what) {
    List<Integer> ones = Collections.nCopies(tokens(), 1);
    for (List<Integer> steps : List.of(List.of(11), ones, List.of(4, 1, 1, 5))) {
      Closeness.check(what + ", cached in " + steps, y, decode(steps), TOLERANCE);
    }
  }

  private float[] decode(List<Integer> steps) {
    List<Tensor> outputs = new ArrayList<>();
    try (AttentionCache cache = layer.newCache()) {
      for (int step : steps) {
        outputs.add(step(cache, step).through(layer));
      }
      assertEquals(tokens(), cache.length());
    }
    return engine.concat(outputs, 1).toFloats();
  }

  private AttentionInput step(AttentionCache cache, int count) {
    long start = cache.length();
    Rotation turn =
        new Rotation(
            rotation.cos().narrow(0, start, count),
            rotation.sin().narrow(0, start, count),
            rotation.layout());
    return new AttentionInput(
        x.narrow(1, start, count), AttentionMask.CAUSAL, Optional.of(turn), Optional.of(cache));
  }
}
