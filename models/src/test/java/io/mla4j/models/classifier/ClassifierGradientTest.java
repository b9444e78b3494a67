package io.mla4j.models.classifier;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.FiniteDifferences;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.CrossEntropy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradients of the whole classifier against finite differences. */
class ClassifierGradientTest {

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

  static List<TextClassifierConfig> models() {
    return TextClassifierTest.models();
  }

  @ParameterizedTest
  @MethodSource("models")
  void classifier(TextClassifierConfig config) {
    TextBatch batch = TextClassifierTest.batch();
    Tensor labels = engine.ofLongs(batch.labels(), batch.documents());
    try (TextClassifier model = new TextClassifier(config, initializer)) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      model.namedParameters().forEach((name, parameter) -> leaves.put(name, parameter.value()));
      model.train(true);
      FiniteDifferences.check(
          engine,
          leaves,
          () -> {
            engine.seed(3);
            return engine.run(
                CrossEntropy.mean(model.forward(batch), labels, Optional.empty(), 0.1));
          });
    }
  }
}
