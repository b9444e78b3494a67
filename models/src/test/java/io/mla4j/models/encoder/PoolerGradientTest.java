package io.mla4j.models.encoder;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.FiniteDifferences;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradients of pooling against finite differences. */
class PoolerGradientTest {

  private static final int WIDTH = 6;

  private final Engine engine = Engines.start("torch");
  private final Initializer initializer = Initializer.random(engine, DType.FLOAT64, 13);
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Two documents in three chunks, two of them padded. */
  private static TextBatch batch() {
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

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void pooling(Pooling pooling) {
    TextBatch batch = batch();
    Pooler pooler = new Pooler(initializer, pooling, WIDTH);
    Tensor x = initializer.normal(1, batch.chunks(), batch.tokens(), WIDTH);
    Map<String, Tensor> leaves = new LinkedHashMap<>(Map.of("input", x));
    pooler.namedParameters().forEach((name, parameter) -> leaves.put(name, parameter.value()));
    FiniteDifferences.check(
        engine,
        leaves,
        () -> {
          Tensor pooled = pooler.forward(x, batch, TokenMask.of(engine, batch));
          return pooled.mul(engine.arange(1, 1 + WIDTH).cast(DType.FLOAT64).sin()).sum();
        });
  }

  /** In training, with dropout that drops the same elements each time. */
}
