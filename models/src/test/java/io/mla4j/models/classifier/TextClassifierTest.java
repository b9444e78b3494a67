package io.mla4j.models.classifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.LongText;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.text.RowOrigin;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Pooling;
import io.mla4j.models.encoder.PositionConfig;
import io.mla4j.models.encoder.Positions;
import io.mla4j.models.encoder.Regularization;
import io.mla4j.models.encoder.Window;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.NormConfig;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.feedforward.FeedForwardConfig;
import io.mla4j.nn.feedforward.GeluConfig;
import io.mla4j.nn.feedforward.SwiGluConfig;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextClassifierTest {

  private static final MlaConfig MLA = new MlaConfig(2, 6, 5, 4, 2, 8, 0);
  private static final DenseConfig PLAIN = new DenseConfig(2, 1, 6, true, false, 0);

  private final Engine torch = Engines.start("torch");
  private final Engine nativeEngine = Engines.start("native");

  private static TextClassifierConfig config(
      AttentionConfig attention,
      Positions positions,
      Pooling pooling,
      FeedForwardConfig feedForward,
      NormConfig norm,
      int convolution) {
    return new TextClassifierConfig(
        Task.of(50, List.of("a", "b", "c")),
        new EncoderConfig(12, 2, convolution, attention, feedForward, 20, norm, 1e-5),
        PositionConfig.of(positions),
        new Window(8, LongText.CHUNK, 4),
        pooling,
        new Regularization(0.2, 0.2, 0.1, 0.5));
  }

  /** Every pooling, position, feed-forward, norm and attention at least once. */
  static List<TextClassifierConfig> models() {
    List<TextClassifierConfig> models = new ArrayList<>();
    for (Pooling pooling : Pooling.values()) {
      models.add(
          config(MLA, Positions.ROTARY, pooling, new SwiGluConfig(), new NormConfig.Rms(), 0));
      models.add(
          config(PLAIN, Positions.LEARNED, pooling, new GeluConfig(), new NormConfig.Layer(), 3));
    }
    return models;
  }

  /** Two documents, the second in two chunks; rows padded to six tokens. */
  static TextBatch batch() {
    long[] ids = {
      3, 7, 9, 11, 0, 0, //
      4, 8, 2, 6, 5, 10, //
      12, 13, 0, 0, 0, 0
    };
    return new TextBatch(
        2,
        3,
        6,
        ids,
        new int[] {4, 6, 2},
        new int[] {0, 1, 1},
        new long[] {1, 2},
        new int[] {0, 1});
  }

  private float[] logits(TextClassifier model, TextBatch batch) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad()) {
      return model.forward(batch).toFloats();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void bothEnginesGiveTheSameLogits(TextClassifierConfig config) {
    try (TextClassifier onTorch = new TextClassifier(config, Initializer.random(torch, 1));
        TextClassifier onNative = new TextClassifier(config, Initializer.random(nativeEngine, 1))) {
      assertArrayEquals(logits(onTorch, batch()), logits(onNative, batch()), 1e-5f);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aDocumentsLogitsDoNotDependOnItsBatch(TextClassifierConfig config) {
    try (TextClassifier model = new TextClassifier(config, Initializer.random(torch, 2))) {
      float[] together = logits(model, batch());
      long[] first = {3, 7, 9, 11};
      TextBatch alone =
          new TextBatch(
              1, 1, 4, first, new int[] {4}, new int[] {0}, new long[] {1}, new int[] {0});
      float[] single = logits(model, alone);
      for (int c = 0; c < 3; c++) {
        assertEquals(single[c], together[c], 1e-5f);
      }
    }
  }

  @Test
  void meanPoolingIsTheMeanOverAllTokensOfADocument() {
    // Without layers that mix tokens there is a closed form: two chunks equal one longer chunk.
    TextClassifierConfig config =
        config(
            new DenseConfig(1, 1, 2, false, false, 1),
            Positions.ROTARY,
            Pooling.MEAN,
            new GeluConfig(),
            new NormConfig.Rms(),
            0);
    try (TextClassifier model = new TextClassifier(config, Initializer.random(torch, 3))) {
      long[] whole = {4, 8, 2, 6, 5, 10, 12, 13};
      TextBatch one =
          new TextBatch(
              1, 1, 8, whole, new int[] {8}, new int[] {0}, new long[] {2}, new int[] {0});
      float[] expected = logits(model, one);
      float[] chunked = logits(model, batch());
      for (int c = 0; c < 3; c++) {
        assertEquals(expected[c], chunked[3 + c], 1e-5f);
      }
    }
  }

  @Test
  void dropoutActsInTrainingOnly() {
    TextClassifierConfig config = models().get(0);
    try (TextClassifier model = new TextClassifier(config, Initializer.random(torch, 4))) {
      assertArrayEquals(logits(model, batch()), logits(model, batch()));
      model.train(true);
      torch.seed(1);
      float[] first = logits(model, batch());
      float[] second = logits(model, batch());
      assertTrue(first[0] != second[0], "dropout drew the same twice");
    }
  }

  @Test
  void theBuilderMakesAModelOfTheSizesGiven() {
    try (TextClassifier model =
        TextClassifier.builder()
            .numClasses(4)
            .vocabSize(100)
            .layers(3)
            .hiddenSize(32)
            .heads(2)
            .build(torch)) {
      assertEquals(3, model.config().encoder().layers());
      assertEquals(4, model.config().task().numClasses());
      assertEquals(4, logits(model, batch()).length / 2);
    }
  }

  @Test
  void theDataSaysClassesVocabularyAndWindow() {
    List<TextExample> examples = new ArrayList<>();
    for (String label : List.of("ham", "spam")) {
      RowOrigin origin = new RowOrigin(Path.of("made"), examples.size() + 1);
      examples.add(new TextExample("some " + label, Optional.of(label), origin));
    }
    try (Tokenizer tokenizer =
        BpeTrainer.train(List.of("some text"), BpeOptions.ofSize(262), BpeProgress.NONE)
            .tokenizer()) {
      ContextWindow window =
          ContextWindow.of(tokenizer, 24).withClassTokenOf(tokenizer).withMaxChunks(3);
      DataLoader data = DataLoader.builder(examples, tokenizer).window(window).build();
      try (TextClassifier model = TextClassifier.builder().data(data).build(torch)) {
        assertEquals(
            Task.of(tokenizer.vocabularySize(), List.of("ham", "spam")), model.config().task());
        assertEquals(new Window(24, LongText.CHUNK, 3), model.config().window());
        assertEquals(data.window(), TextPipeline.window(model.config(), tokenizer));
      }
      TextClassifierBuilder wrong = TextClassifier.builder().data(data).numClasses(3);
      assertThrows(IllegalArgumentException.class, () -> wrong.build(torch));
      DataLoader marked = DataLoader.builder(examples, tokenizer).clsId(5).build();
      assertThrows(
          IllegalArgumentException.class, () -> TextClassifier.builder().data(marked).build(torch));
    }
  }

  @Test
  void attentionIsOfTheModelsWidth() {
    TextClassifierConfig config =
        TextClassifierConfig.defaults().withAttention(new DenseConfig(4, 0, 0, false, true, 0));
    assertEquals(new DenseConfig(4, 4, 32, false, true, 0), config.encoder().attention());
    assertEquals(2 * 2 * 4 * 32 * 4, config.cacheBytesPerToken(DType.FLOAT32));
    assertEquals(config, config.denseBaseline());
  }

  @Test
  void whatCannotBeBuiltIsSaid() {
    assertThrows(IllegalArgumentException.class, () -> TextClassifier.builder().build(torch));
    IllegalArgumentException both =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                config(
                    MLA,
                    Positions.LEARNED,
                    Pooling.MEAN,
                    new GeluConfig(),
                    new NormConfig.Rms(),
                    0));
    assertTrue(both.getMessage().contains("must not be rotary"), both.getMessage());
    IllegalArgumentException even =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                config(
                    MLA,
                    Positions.ROTARY,
                    Pooling.MEAN,
                    new GeluConfig(),
                    new NormConfig.Rms(),
                    4));
    assertTrue(even.getMessage().contains("convolutionWidth is odd"), even.getMessage());
    for (double wrong : new double[] {0, -1e-6, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new EncoderConfig(12, 1, 0, MLA, new GeluConfig(), 20, new NormConfig.Rms(), wrong));
      assertThrows(IllegalArgumentException.class, () -> new Regularization(0, 0, 0, wrong));
    }
  }
}
