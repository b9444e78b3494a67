package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.nn.Initializer;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What sizes follow from others, and what wrong ones are answered with. */
class AttentionConfigTest {

  private static void refused(String sentence, Executable wrong) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, wrong).getMessage());
  }

  @Test
  void denseRefusesWrongSizes() {
    refused("heads is 1 or more, not 0.", () -> dense(0, 0, 0, 0));
    refused("heads is 1 or more, not -4.", () -> dense(-4, 0, 0, 0));
    refused("keyValueHeads is 0 or more, not -1.", () -> dense(4, -1, 0, 0));
    refused("headDim is 0 or more, not -8.", () -> dense(4, 4, -8, 0));
    refused("window is 0 or more, not -2.", () -> dense(4, 4, 8, -2));
    refused("keyValueHeads must divide heads, but 3 does not divide 4.", () -> dense(4, 3, 8, 0));
    refused("keyValueHeads must divide heads, but 8 does not divide 4.", () -> dense(4, 8, 8, 0));
  }

  private static DenseConfig dense(int heads, int keyValueHeads, int headDim, int window) {
    return new DenseConfig(heads, keyValueHeads, headDim, false, true, window);
  }

  @Test
  void denseRefusesAWidthThatItDoesNotFit() {
    String undivided =
        "heads must divide the model's width, but 3 does not divide 128; change either, or give"
            + " headDim.";
    String odd =
        "Rotary heads have an even width, not 5; change headDim or heads, or turn rotary off.";
    assertEquals(Optional.of(undivided), dense(3, 0, 0, 0).misfit(128));
    assertEquals(Optional.of(odd), dense(4, 0, 0, 0).misfit(20));
    assertEquals(Optional.of(odd), dense(4, 0, 5, 0).misfit(128));
    assertEquals(Optional.empty(), dense(3, 0, 8, 0).misfit(128));
    assertEquals(Optional.empty(), new DenseConfig(4, 0, 5, false, false, 0).misfit(128));
    refused(undivided, () -> dense(3, 0, 0, 0).resolved(128));
    refused(odd, () -> dense(4, 0, 5, 0).resolved(128));
    refused(undivided, () -> DenseConfig.of(3, 128));
  }

  @Test
  void denseDerivesWhatIsNotGiven() {
    assertEquals(dense(4, 4, 32, 0), dense(4, 0, 0, 0).resolved(128));
    assertEquals(dense(8, 2, 16, 5), dense(8, 2, 0, 5).resolved(128));
    assertEquals(dense(8, 8, 10, 0), dense(8, 0, 10, 0).resolved(128));
    assertEquals(dense(4, 4, 32, 0), DenseConfig.of(4, 128));
    assertEquals(32, dense(4, 0, 0, 0).resolved(128).rotaryDim());
    assertEquals(0, new DenseConfig(4, 0, 0, false, false, 0).rotaryDim());
    assertEquals(2 * 2 * 16, dense(8, 2, 0, 0).resolved(128).cacheValuesPerToken());
    assertEquals(2 * 8 * 10, dense(8, 0, 10, 0).cacheValuesPerToken());
    assertEquals(2 * 2 * 16 * 2, dense(8, 2, 16, 0).cacheBytesPerToken(DType.BF16));
  }

  @Test
  void denseDoesNotGuessTheWidth() {
    String sentence =
        "The width of these heads follows from the model's: call resolved(width) first.";
    for (Executable early :
        List.<Executable>of(
            () -> dense(4, 0, 0, 0).rotaryDim(), () -> dense(4, 4, 0, 0).cacheValuesPerToken())) {
      assertEquals(sentence, assertThrows(IllegalStateException.class, early).getMessage());
    }
  }

  @Test
  void latentRefusesWrongSizes() {
    refused("heads is 1 or more, not 0.", () -> new MlaConfig(0, 0, 16, 8, 4, 6, 0));
    refused("queryLoraRank is 0 or more, not -1.", () -> new MlaConfig(4, -1, 16, 8, 4, 6, 0));
    refused("kvLoraRank is 1 or more, not 0.", () -> new MlaConfig(4, 0, 0, 8, 4, 6, 0));
    refused("nopeDim is 1 or more, not 0.", () -> new MlaConfig(4, 0, 16, 0, 4, 6, 0));
    refused("ropeDim is 1 or more, not -4.", () -> new MlaConfig(4, 0, 16, 8, -4, 6, 0));
    refused("ropeDim is even, not 5.", () -> new MlaConfig(4, 0, 16, 8, 5, 6, 0));
    refused("valueDim is 1 or more, not 0.", () -> new MlaConfig(4, 0, 16, 8, 4, 0, 0));
    refused("window is 0 or more, not -1.", () -> new MlaConfig(4, 0, 16, 8, 4, 6, -1));
  }

  @Test
  void layersRefuseAWrongWidth() {
    Engine engine = Engines.start("torch");
    Initializer blank = Initializer.blank(engine);
    try (TensorScope scope = TensorScope.open()) {
      refused(
          "width is 1 or more, not 0.",
          () -> new MlaConfig(4, 0, 16, 8, 4, 6, 0).create(blank, 0, 1));
      refused("width is 1 or more, not -8.", () -> dense(4, 0, 8, 0).create(blank, -8, 1));
      refused(
          "Rotary heads have an even width, not 7; change headDim or heads, or turn rotary off.",
          () -> dense(4, 0, 7, 0).create(blank, 128, 1));
    }
  }

  @Test
  void aLayerKnowsItsSizes() {
    Engine engine = Engines.start("torch");
    try (TensorScope scope = TensorScope.open();
        Attention layer = dense(4, 0, 0, 0).create(Initializer.blank(engine), 24, 1)) {
      assertEquals(dense(4, 4, 6, 0), layer.config());
    }
  }
}
