package io.mla4j.benchmarks;

import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.causal.GenerationSettings;
import io.mla4j.models.causal.Generator;
import io.mla4j.models.causal.Generator.Generated;
import io.mla4j.models.causal.LanguageModel;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A language model's prefill and decode in a process that is warm, and before every run what memory
 * gives: it swings within minutes, so that only a share of the same moment says something. {@code
 * benchmarks/peers/llama_decode.py} writes a model of a billion parameters and times the same.
 *
 * <p>Arguments: a folder in Hugging Face's layout, threads, the engine, tokens of the prompt,
 * tokens generated, repetitions.
 */
public final class GenerationTime {

  private GenerationTime() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    String name = args.length > 2 ? args[2] : "native";
    int prompt = args.length > 3 ? Integer.parseInt(args[3]) : 512;
    int tokens = args.length > 4 ? Integer.parseInt(args[4]) : 64;
    int repetitions = args.length > 5 ? Integer.parseInt(args[5]) : 5;
    try (Engine engine = Engines.start(name, new EngineOptions(Device.CPU, threads));
        LanguageModel model = LanguageModel.open(folder, engine, Optional.empty())) {
      run(model, readBytes(model.model()), threads, prompt, tokens, repetitions);
    }
  }

  private static void run(
      LanguageModel model, long bytes, int threads, int prompt, int tokens, int repetitions) {
    GenerationSettings settings = GenerationSettings.greedy(tokens, Set.of());
    int[] ids = IntStream.range(0, prompt).map(i -> 5 + i).toArray();
    double[] rates = new double[repetitions];
    double[] shares = new double[repetitions];
    double[] prefills = new double[repetitions];
    for (int i = 0; i <= repetitions; i++) {
      double read = Figures.peak(PeakKind.READ, threads);
      Generated generated = new Generator(model.model()).generate(ids, settings, token -> true);
      double rate = generated.tokensPerSecond();
      double share = 100 * rate * bytes / read;
      System.out.printf(
          "%s: prefill %.0f ms, decode %.2f tokens/s, %.1f GB/s, %.0f %% of %.1f GB/s%n",
          i == 0 ? "warm-up" : "run " + i,
          generated.promptSeconds() * 1e3,
          rate,
          rate * bytes / 1e9,
          share,
          read / 1e9);
      if (i > 0) {
        rates[i - 1] = rate;
        shares[i - 1] = share;
        prefills[i - 1] = generated.promptSeconds() * 1e3;
      }
    }
    System.out.printf(
        "median: prefill %.0f ms, decode %.2f tokens/s, %.0f %% of the bandwidth%n",
        Figures.median(prefills), Figures.median(rates), Figures.median(shares));
  }

  /** What a token reads: every weight, but of a table of token vectors that is no head one row. */
  private static long readBytes(CausalModel model) {
    long bytes = model.parameters().stream().mapToLong(GenerationTime::bytes).sum();
    Tensor table = model.inputVectors().getFirst();
    return model.config().tiedEmbeddings() ? bytes : bytes - bytes(table);
  }

  private static long bytes(Tensor tensor) {
    return tensor.shape().size() * tensor.dtype().bytes();
  }
}
