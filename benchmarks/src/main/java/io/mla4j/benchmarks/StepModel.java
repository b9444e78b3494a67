package io.mla4j.benchmarks;

import io.mla4j.data.batch.LongText;
import io.mla4j.models.classifier.Task;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Pooling;
import io.mla4j.models.encoder.PositionConfig;
import io.mla4j.models.encoder.Positions;
import io.mla4j.models.encoder.Regularization;
import io.mla4j.models.encoder.Window;
import io.mla4j.nn.NormConfig;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.feedforward.SwiGluConfig;
import java.util.List;

/** The model {@code benchmarks/peers/train_step.py} builds by default. */
final class StepModel {

  static final int VOCABULARY = 8192;
  static final int WIDTH = 128;
  static final int HEADS = 4;
  static final int CLASSES = 2;

  private StepModel() {}

  /** Takes {@code dense} or {@code mla}. */
  static TextClassifierConfig config(String attention, int tokens) {
    AttentionConfig chosen =
        switch (attention) {
          case "dense" -> DenseConfig.of(HEADS, WIDTH);
          case "mla" -> new MlaConfig(HEADS, 0, 64, 16, 16, 32, 0);
          default ->
              throw new IllegalArgumentException(
                  "The attention is dense or mla, not '" + attention + "'.");
        };
    return new TextClassifierConfig(
        Task.of(VOCABULARY, List.of("0", "1")),
        new EncoderConfig(WIDTH, 4, 0, chosen, new SwiGluConfig(), 512, new NormConfig.Rms(), 1e-6),
        PositionConfig.of(Positions.ROTARY),
        new Window(tokens, LongText.TRUNCATE, 1),
        Pooling.MEAN,
        new Regularization(0, 0, 0, 0.02));
  }
}
