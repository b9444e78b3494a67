package io.mla4j.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The configuration of the tests: one of each kind of setting. */
record Recipe(
    String name,
    boolean shuffle,
    Path output,
    Duration saveEvery,
    Optional<Long> seed,
    List<String> labels,
    List<Stage> stages,
    Map<String, Double> classWeights,
    Model model,
    Training training,
    Optional<Warmup> warmup) {

  Recipe {
    labels = List.copyOf(labels);
    stages = List.copyOf(stages);
    classWeights = Map.copyOf(classWeights);
  }

  enum Pooling {
    MEAN,
    CLS,
    LAST_TOKEN
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Attention {}

  @JsonTypeName("dense")
  record Dense(int heads) implements Attention {}

  @JsonTypeName("mla")
  record Mla(int kvLoraRank, Optional<Integer> qLoraRank, int ropeWidth) implements Attention {
    static Mla defaults() {
      return new Mla(512, Optional.empty(), 64);
    }

    int cacheWidth() {
      return kvLoraRank + ropeWidth;
    }

    public boolean isCompressed() {
      return true;
    }
  }

  /** Derives what is not given in a creator of its own. */
  @JsonTypeName("window")
  record Window(int width, int overlap) implements Attention {
    @JsonCreator
    static Window of(int width, Optional<Integer> overlap) {
      return new Window(width, overlap.orElse(width / 4));
    }
  }

  record Model(int layers, double dropout, Pooling pooling, Attention attention, Dense head) {}

  record Training(int batchSize, double learningRate, long maxSteps, OptionalDouble clipNorm) {
    Training {
      if (batchSize < 1) {
        throw new IllegalArgumentException("batchSize must be at least 1, but is " + batchSize);
      }
    }
  }

  record Stage(String name, int epochs) {}

  record Warmup(int steps, double from) {}

  static Recipe defaults() {
    return new Recipe(
        "base",
        true,
        Path.of("runs", "a b"),
        Duration.ofMinutes(90),
        Optional.empty(),
        List.of("ham", "spam"),
        List.of(),
        Map.of("spam", 2.0),
        new Model(4, 0.1, Pooling.LAST_TOKEN, new Dense(8), new Dense(1)),
        new Training(32, 5e-5, 1_000, OptionalDouble.of(1.0)),
        Optional.of(new Warmup(100, 0.0)));
  }
}
