package io.mla4j.models.classifier;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Parameter;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A text classifier on disk: {@code model.safetensors}, {@code config.json}, tokenizer. */
public final class ClassifierFolder {

  private static final String MODEL_TYPE = "mla4j_text_classifier";
  private static final long SHARD_BYTES = 5_000_000_000L;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .findAndAddModules()
          .build();

  private final ModelFolder folder;

  public ClassifierFolder(Path path) {
    this.folder = new ModelFolder(path);
  }

  public ModelFolder files() {
    return folder;
  }

  /** Writes weights and configuration; the tokenizer is written by itself. */
  public void write(TextClassifier model, Provenance provenance) {
    writeConfig(model.config(), provenance);
    writeWeights(model);
  }

  public void writeConfig(TextClassifierConfig config, Provenance provenance) {
    ObjectNode tree = MAPPER.valueToTree(config);
    ObjectNode named = MAPPER.createObjectNode();
    named.put("model_type", MODEL_TYPE);
    named.setAll(tree);
    folder.writeConfig(named, provenance);
  }

  public void writeWeights(TextClassifier model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.namedParameters().forEach((name, parameter) -> tensors.put(name, parameter.value()));
    folder.writeWeights(tensors, Map.of("format", "pt"), SHARD_BYTES);
  }

  /**
   * Reads the configuration.
   *
   * @throws CheckpointException if it is missing or not a text classifier's
   */
  public TextClassifierConfig readConfig() {
    ObjectNode tree = folder.readConfig();
    String type = tree.path("model_type").asString("");
    if (!type.equals(MODEL_TYPE)) {
      throw new CheckpointException(
          "%s describes a model of type '%s', not a text classifier ('%s')."
              .formatted(folder.configFile(), type, MODEL_TYPE));
    }
    tree.remove("model_type");
    try {
      return MAPPER.treeToValue(tree, TextClassifierConfig.class);
    } catch (JacksonException failure) {
      throw new CheckpointException(
          "%s is not a text classifier's configuration: %s."
              .formatted(folder.configFile(), failure.getOriginalMessage()),
          failure);
    }
  }

  /** Reads the whole model onto an engine. */
  public TextClassifier read(Engine engine) {
    TextClassifier model = new TextClassifier(readConfig(), Initializer.blank(engine));
    try {
      readWeights(model);
      return model;
    } catch (RuntimeException failure) {
      model.close();
      throw failure;
    }
  }

  /** Overwrites a model's parameters with those of the file, which must be the same ones. */
  public void readWeights(TextClassifier model) {
    Map<String, Parameter> parameters = model.namedParameters();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    try (Safetensors weights = folder.openWeights()) {
      weights.requireExactly(shapes);
      parameters.forEach(
          (name, parameter) -> {
            try (TensorScope scope = TensorScope.open()) {
              parameter.set(weights.read(name, model.engine()));
            }
          });
    }
  }

  /**
   * Reads the tokenizer.
   *
   * @throws CheckpointException if it has more tokens than the model
   */
  public Tokenizer readTokenizer(TextClassifierConfig config) {
    Tokenizer tokenizer = Tokenizer.load(folder.requireTokenizer());
    if (tokenizer.vocabularySize() > config.task().vocabSize()) {
      int size = tokenizer.vocabularySize();
      tokenizer.close();
      throw new CheckpointException(
          "The tokenizer %s does not match the model: it has %d tokens, the model %d."
              .formatted(folder.tokenizerFile(), size, config.task().vocabSize()));
    }
    return tokenizer;
  }
}
