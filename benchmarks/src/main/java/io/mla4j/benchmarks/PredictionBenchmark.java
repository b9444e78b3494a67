package io.mla4j.benchmarks;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.TensorScope;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A single document through the classifier of {@link StepModel}, without the tokenizer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow"
    })
public class PredictionBenchmark {

  @Param({"torch", "native"})
  private String engine = "native";

  @Param({"dense", "mla"})
  private String attention = "mla";

  @Param({"128", "512"})
  private int tokens = 128;

  @Param({"2"})
  private int threads = 2;

  private Prediction prediction = Prediction.NONE;

  /** What is measured, once it is set up. */
  private record Prediction(Runnable run, Runnable free) {
    static final Prediction NONE = new Prediction(() -> {}, () -> {});
  }

  @Setup
  public void prepare() {
    Engine started = Engines.start(engine, new EngineOptions(Device.CPU, threads));
    TextClassifier model =
        new TextClassifier(StepModel.config(attention, tokens), Initializer.random(started, 1));
    TextBatch batch = batch();
    prediction = new Prediction(() -> predict(model, batch), model::close);
  }

  private static void predict(TextClassifier model, TextBatch batch) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad()) {
      model.forward(batch).softmax().toFloats();
    }
  }

  private TextBatch batch() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    long[] ids = random.longs(tokens, 0, StepModel.VOCABULARY).toArray();
    int[] one = {0};
    return new TextBatch(1, 1, tokens, ids, new int[] {tokens}, one, new long[] {0}, one);
  }

  @Benchmark
  public void predict() {
    prediction.run().run();
  }

  @TearDown
  public void free() {
    prediction.free().run();
  }
}
