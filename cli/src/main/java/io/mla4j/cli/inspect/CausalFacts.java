package io.mla4j.cli.inspect;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.checkpoint.TensorEntry;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.CausalFolder;
import io.mla4j.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a language model's files say.
 *
 * @param family its {@code model_type}
 * @param attention in words
 * @param parameters all values in the files
 * @param activeParameters those that one token passes through
 * @param bytes of the weights
 * @param cacheBytesPerToken of all layers, by type
 * @param denseCacheBytesPerToken of dense attention with as many heads over the same width
 * @param tokenizerTokens ids the tokenizer has; empty without a tokenizer
 */
record CausalFacts(
    Path folder,
    String family,
    CausalConfig config,
    List<String> attention,
    long parameters,
    long activeParameters,
    long bytes,
    String cacheDtype,
    long cacheBytesPerToken,
    long denseCacheBytesPerToken,
    OptionalInt tokenizerTokens,
    Optional<Provenance> provenance,
    List<ParameterGroup> tensors) {

  /**
   * Reads a model folder; starts no engine.
   *
   * @param everyTensor list each by itself rather than those of successive layers together
   * @throws CheckpointException if a file is missing, damaged or does not match
   */
  static CausalFacts read(Path path, boolean everyTensor) {
    CausalFolder folder = new CausalFolder(path);
    CausalConfig config = folder.readConfig();
    try (Safetensors weights = folder.files().openWeights()) {
      long parameters = values(weights);
      DType dtype = ModelFacts.dtype(weights);
      long width = 2L * config.layers() * config.hiddenSize();
      return new CausalFacts(
          path,
          folder.files().readConfig().path("model_type").asString(""),
          config,
          AttentionWords.of(config.attention()),
          parameters,
          parameters - idle(config),
          weights.names().stream().map(weights::entry).mapToLong(TensorEntry::bytes).sum(),
          dtype.code(),
          config.cacheBytesPerToken(dtype),
          width * dtype.bytes(),
          tokenizerTokens(folder),
          folder.files().readProvenance(),
          everyTensor ? ParameterGroup.each(weights) : ParameterGroup.byLayer(weights));
    }
  }

  private static long values(Safetensors weights) {
    return weights.names().stream().mapToLong(name -> weights.entry(name).shape().size()).sum();
  }

  /** Values of the experts that a token does not choose. */
  private static long idle(CausalConfig config) {
    return config
        .networks()
        .experts()
        .map(
            experts -> {
              long layers = Math.max(0, config.layers() - config.networks().denseLayers());
              long others = experts.router().experts() - experts.router().perToken();
              return 3L * layers * others * experts.intermediateSize() * config.hiddenSize();
            })
        .orElse(0L);
  }

  private static OptionalInt tokenizerTokens(CausalFolder folder) {
    if (!Files.exists(folder.files().tokenizerFile())) {
      return OptionalInt.empty();
    }
    try (Tokenizer tokenizer = Tokenizer.load(folder.files().requireTokenizer())) {
      return OptionalInt.of(tokenizer.vocabularySize());
    }
  }
}
