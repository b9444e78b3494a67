package io.mla4j.cli.inspect;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.checkpoint.TensorEntry;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model's files say.
 *
 * @param attention in words
 * @param bytes of the weights
 * @param cacheDtype the type the cache's figures are for, that of the weights
 * @param cacheBytesPerToken of all layers
 * @param denseCacheBytesPerToken of dense attention with as many heads over the same width
 * @param tokenizerTokens ids the tokenizer has
 */
record ModelFacts(
    Path folder,
    TextClassifierConfig config,
    List<String> attention,
    long parameters,
    long bytes,
    String cacheDtype,
    long cacheBytesPerToken,
    long denseCacheBytesPerToken,
    int tokenizerTokens,
    Optional<Provenance> provenance,
    List<ParameterGroup> tensors) {

  /**
   * Reads a model folder; starts no engine.
   *
   * @param everyTensor list each by itself rather than those of successive layers together
   * @throws io.mla4j.checkpoint.CheckpointException if a file is missing, damaged or does not match
   */
  static ModelFacts read(Path path, boolean everyTensor) {
    ClassifierFolder folder = new ClassifierFolder(path);
    folder.files().requireComplete();
    TextClassifierConfig config = folder.readConfig();
    try (Tokenizer tokenizer = folder.readTokenizer(config);
        Safetensors weights = folder.files().openWeights()) {
      DType dtype = dtype(weights);
      return new ModelFacts(
          path,
          config,
          AttentionWords.of(config.encoder().attention()),
          weights.names().stream().mapToLong(name -> weights.entry(name).shape().size()).sum(),
          weights.names().stream().map(weights::entry).mapToLong(TensorEntry::bytes).sum(),
          dtype.code(),
          config.cacheBytesPerToken(dtype),
          config.denseBaseline().cacheBytesPerToken(dtype),
          tokenizer.vocabularySize(),
          folder.files().readProvenance(),
          everyTensor ? ParameterGroup.each(weights) : ParameterGroup.byLayer(weights));
    }
  }

  /** That of the first weights that are numbers with a fraction: a cache holds such. */
  static DType dtype(Safetensors weights) {
    return weights.names().stream()
        .flatMap(name -> weights.entry(name).type().dtype().stream())
        .filter(DType::isFloating)
        .findFirst()
        .orElse(DType.FLOAT32);
  }
}
