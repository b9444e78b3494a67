package io.mla4j.models.causal;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.TensorScope;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** The golden folders, and what tests of them share. */
final class GoldenModels {

  private GoldenModels() {}

  static Path folder(String name) {
    try {
      URL folder = GoldenModels.class.getResource("golden/" + name);
      return Path.of(Objects.requireNonNull(folder, name).toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder(""))) {
      return all.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  static LanguageModel open(String name, Engine engine) {
    return LanguageModel.open(folder(name), engine, Optional.of(WeightPrecision.FLOAT32));
  }

  /** A folder with the same files, to be changed. */
  static ModelFolder copy(String name, Path into) throws IOException {
    try (Stream<Path> files = Files.list(folder(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, into.resolve(file.getFileName()));
      }
    }
    return new ModelFolder(into);
  }

  static int[] randomIds(CausalModel model, int count, long seed) {
    return new Random(seed).ints(count, 0, model.config().vocabSize()).toArray();
  }

  /** Logarithms of the softmax, computed here from the logits of one pass, [T][V]. */
  static double[][] logProbabilities(CausalModel model, int[] ids) {
    double[] logits;
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad();
        ForwardPass pass = model.pass(ids.length)) {
      long[] wide = Arrays.stream(ids).asLongStream().toArray();
      logits = model.forward(model.engine().ofLongs(wide, 1, ids.length), pass).toDoubles();
    }
    int vocabulary = model.config().vocabSize();
    double[][] rows = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      double[] row = Arrays.copyOfRange(logits, t * vocabulary, (t + 1) * vocabulary);
      double most = Arrays.stream(row).max().orElseThrow();
      double sum = Arrays.stream(row).map(logit -> Math.exp(logit - most)).sum();
      rows[t] = Arrays.stream(row).map(logit -> logit - most - Math.log(sum)).toArray();
    }
    return rows;
  }
}
