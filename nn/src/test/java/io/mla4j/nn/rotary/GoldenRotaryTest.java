package io.mla4j.nn.rotary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.nn.Closeness;
import io.mla4j.nn.GoldenFile;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.TensorScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Frequencies and angles against those of Hugging Face transformers, which are float32. */
class GoldenRotaryTest {

  private final Engine engine = Engines.start("torch");
  private GoldenFile golden;
  private TensorScope scope;

  @BeforeEach
  void open() {
    golden = GoldenFile.open("rotary");
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
    golden.close();
  }

  private RotaryConfig config(String name) {
    JsonNode said = golden.config().get(name);
    return new RotaryConfig(
        said.get("qk_rope_head_dim").intValue(),
        said.get("rope_theta").doubleValue(),
        RotaryLayout.HALVES,
        GoldenFile.yarn(said.get("rope_scaling")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "deepseek_v3", "deepseek_v2_lite", "kimi_k2", "unequal", "paper"})
  void frequenciesAndFactors(String name) {
    RotaryConfig config = config(name);
    float[] expected = golden.read(name + ".inv_freq", engine).toFloats();
    double[] actual = config.frequencies();
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 2e-6 * expected[i], "frequency " + i);
    }
    JsonNode said = golden.config().get(name);
    assertEquals(said.get("attention_scaling").doubleValue(), config.amplitude(), 1e-12);
    double scale = config.attentionScale();
    assertEquals(said.get("attention_scale").doubleValue(), scale, 1e-12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "deepseek_v3", "deepseek_v2_lite", "kimi_k2", "unequal", "paper"})
  void tables(String name) {
    RotaryConfig config = config(name);
    long positions = golden.read(name + ".cos", engine).shape().dim(0);
    try (RotaryEmbedding embedding = new RotaryEmbedding(engine, DType.FLOAT32, config)) {
      Rotation whole = embedding.at(0, positions);
      Rotation end = embedding.at(positions - 3, 3);
      checkRows(name + ".cos", 0, whole.cos().toFloats(), config);
      checkRows(name + ".sin", 0, whole.sin().toFloats(), config);
      checkRows(name + ".cos", positions - 3, end.cos().toFloats(), config);
      checkRows(name + ".sin", positions - 3, end.sin().toFloats(), config);
    }
  }

  /** The file's rows hold every angle twice. */
  private void checkRows(String name, long start, float[] actual, RotaryConfig config) {
    int pairs = config.dim() / 2;
    long rows = actual.length / pairs;
    var half = golden.read(name, engine).narrow(0, start, rows).narrow(1, 0, pairs);
    Closeness.check(name, half.toFloats(), actual, 2e-6);
  }
}
