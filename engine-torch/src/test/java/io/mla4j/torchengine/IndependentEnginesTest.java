package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** libtorch keeps generators and thread counts for the process; engines keep theirs. */
class IndependentEnginesTest {

  private final TorchEngine one = engine(1);
  private final TorchEngine two = engine(2);
  private TensorScope scope;

  private static TorchEngine engine(int threads) {
    return (TorchEngine) new TorchEngineProvider().start(new EngineOptions(Device.CPU, threads));
  }

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static float[] dropped(TorchEngine engine) {
    return engine.dropout(engine.full(DType.FLOAT32, 1, 500), 0.3).toFloats();
  }

  @Test
  void randomNumbersOfOneDoNotMoveThoseOfAnother() {
    one.seed(1);
    float[] first = dropped(one);
    float[] second = dropped(one);
    one.seed(1);
    assertArrayEquals(first, dropped(one));
    two.seed(99);
    dropped(two);
    two.normal(DType.FLOAT32, 0, 1, 77);
    assertArrayEquals(second, dropped(one));
  }

  /** What was trained before with libtorch's own generator trains the same. */
  @Test
  void dropoutIsThatOfLibtorch() {
    for (double probability : new double[] {0, 0.1, 0.4, 1}) {
      for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.BF16}) {
        Tensor x = one.arange(0, 999).cast(dtype).sin().reshape(27, 37).transpose(0, 1);
        torch.manual_seed(12);
        one.seed(12);
        for (int i = 0; i < 2; i++) {
          try (var theirs = torch.dropout(TorchTensor.handle(x), probability, true)) {
            Tensor expected = new TorchTensor(one, new org.bytedeco.pytorch.Tensor(theirs));
            assertArrayEquals(expected.toDoubles(), one.dropout(x, probability).toDoubles());
          }
        }
      }
    }
  }

  @Test
  void eachCallRunsWithItsEnginesThreads() {
    Tensor x = one.full(DType.FLOAT32, 1, 4);
    Tensor y = two.full(DType.FLOAT32, 1, 4);
    for (int i = 0; i < 3; i++) {
      x.exp();
      assertEquals(1, torch.get_num_threads());
      y.exp();
      assertEquals(2, torch.get_num_threads());
    }
  }
}
