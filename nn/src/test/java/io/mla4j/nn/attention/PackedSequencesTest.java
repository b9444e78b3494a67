package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.nn.Closeness;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.LayerCaches;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryTables;
import io.mla4j.nn.rotary.TokenPositions;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequences that lie one after another are as if each were alone. */
class PackedSequencesTest {

  private static final int WIDTH = 24;

  static Stream<Arguments> members() {
    List<AttentionConfig> configs =
        List.of(
            new DenseConfig(4, 2, 6, true, true, 0),
            new DenseConfig(4, 4, 6, false, false, 3),
            new MlaConfig(4, 0, 16, 8, 4, 6, 0),
            new MlaConfig(4, 12, 16, 8, 4, 10, 3));
    return configs.stream()
        .flatMap(config -> Stream.of("torch", "native").map(e -> Arguments.of(config, e)));
  }

  @ParameterizedTest
  @MethodSource("members")
  void areAsIfAlone(AttentionConfig config, String engineName) {
    for (int[] lengths : List.of(new int[] {5, 1, 9, 0, 3}, new int[] {4, 4, 4}, new int[] {6})) {
      check(config, engineName, PackedSequences.ofLengths(lengths));
    }
  }

  private static void check(AttentionConfig config, String engineName, PackedSequences packed) {
    try (Engine engine = Engines.start(engineName);
        TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        RotaryTables tables = new RotaryTables(engine, DType.FLOAT32);
        Attention layer =
            config.create(Initializer.random(engine, 3), WIDTH, rotation(config), 1)) {
      Tensor x = Initializer.random(engine, 4).normal(1, 1, packed.tokens(), WIDTH);
      for (AttentionMask mask : List.of(AttentionMask.NONE, AttentionMask.CAUSAL)) {
        Tensor together;
        try (ForwardPass pass =
            ForwardPass.seeing(mask.withSequences(packed))
                .at(TokenPositions.of(packed), tables)
                .open()) {
          together = layer.forward(x, pass.layer(0));
        }
        for (int i = 0; i < packed.count(); i++) {
          int length = packed.length(i);
          if (length == 0) {
            continue;
          }
          Tensor part = x.narrow(1, packed.start(i), length);
          try (ForwardPass pass =
              ForwardPass.seeing(mask).at(TokenPositions.from(0, length), tables).open()) {
            Closeness.check(
                config + " sequence " + i,
                layer.forward(part, pass.layer(0)).toFloats(),
                together.narrow(1, packed.start(i), length).toFloats(),
                1e-5);
          }
        }
      }
    }
  }

  private static Optional<RotaryConfig> rotation(AttentionConfig config) {
    return config.rotaryDim() == 0
        ? Optional.empty()
        : Optional.of(
            new RotaryConfig(
                config.rotaryDim(), 10_000, RotaryLayout.INTERLEAVED, Optional.empty()));
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    PackedSequences packed = PackedSequences.ofLengths(2, 3);
    assertThrows(IllegalArgumentException.class, () -> new PackedSequences(new int[] {0, 3, 2}));
    assertThrows(IllegalArgumentException.class, () -> new PackedSequences(new int[] {1, 3}));
    try (Engine engine = Engines.start("torch");
        TensorScope scope = TensorScope.open();
        Attention layer =
            new DenseConfig(4, 4, 6, false, false, 0)
                .create(Initializer.random(engine, 3), WIDTH, 1)) {
      Tensor x = engine.zeros(DType.FLOAT32, 1, 6, WIDTH);
      AttentionMask mask = AttentionMask.CAUSAL.withSequences(packed);
      try (ForwardPass pass = ForwardPass.seeing(mask).open()) {
        Exception error =
            assertThrows(IllegalArgumentException.class, () -> layer.forward(x, pass.layer(0)));
        assertEquals(
            "Packed sequences of 5 tokens have the shape [1, 5, width], not [1, 6, 24].",
            error.getMessage());
      }
      try (AttentionCache cache = layer.newCache();
          ForwardPass pass = ForwardPass.seeing(mask).addingTo(LayerCaches.of(cache)).open()) {
        assertThrows(
            IllegalArgumentException.class, () -> layer.forward(x.narrow(1, 0, 5), pass.layer(0)));
      }
    }
  }
}
