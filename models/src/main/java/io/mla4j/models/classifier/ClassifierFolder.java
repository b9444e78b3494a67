package io.mla4j.models.classifier;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.encoder.Regularization;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A text classifier on disk: {@code model.safetensors}, {@code config.json}, tokenizer. */
public final class ClassifierFolder {

  private static final String MODEL_TYPE = "mla4j_text_classifier";
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .findAndAddModules()
          .build();

  private final ModelFolder folder;

  public ClassifierFolder(Path path) {
    this.folder = new ModelFolder(path);
  }

  public ModelFolder files() {
    return folder;
  }

  /** Writes the whole folder. */
  public void write(TextClassifier model, Tokenizer tokenizer, Provenance provenance) {
    writeConfig(model.config(), tokenizer, provenance);
    writeWeights(model);
  }

  /** Writes the whole folder of a model of which it is not known where it comes from. */
  public void write(TextClassifier model, Tokenizer tokenizer) {
    tokenizer.write(folder.tokenizerFile());
    folder.writeConfig(tree(model.config()));
    writeWeights(model);
  }

  /** Writes all but the weights: the configuration names the tokenizer by its checksum. */
  public void writeConfig(TextClassifierConfig config, Tokenizer tokenizer, Provenance provenance) {
    tokenizer.write(folder.tokenizerFile());
    folder.writeConfig(tree(config), provenance);
  }

  static ObjectNode tree(TextClassifierConfig config) {
    ObjectNode named = MAPPER.createObjectNode().put("model_type", MODEL_TYPE);
    named.setAll((ObjectNode) MAPPER.valueToTree(config));
    return named;
  }

  public void writeWeights(TextClassifier model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.namedParameters().forEach((name, parameter) -> tensors.put(name, parameter.value()));
    folder.writeWeights(tensors);
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
    TextClassifierConfig config = bound(tree);
    if (!config.task().isKnown() || config.task().labels().isEmpty()) {
      throw new CheckpointException(
          folder.configFile() + " lacks the vocab_size or the labels of a trained model.");
    }
    return config;
  }

  private TextClassifierConfig bound(ObjectNode tree) {
    // What only training looks at may be missing: a model is not lost for a setting newer than it.
    ObjectNode whole = MAPPER.valueToTree(Regularization.defaults());
    whole.setAll(tree);
    spellOut(whole);
    try {
      return MAPPER.treeToValue(whole, TextClassifierConfig.class);
    } catch (JacksonException failure) {
      throw new CheckpointException(
          "%s is not a text classifier's configuration: %s"
              .formatted(folder.configFile(), Misreading.explained(failure)),
          failure);
    }
  }

  /** What files written before said in fewer words. */
  private static void spellOut(ObjectNode config) {
    for (String family : List.of("feed_forward", "norm")) {
      JsonNode name = config.path(family);
      if (name.isString()) {
        String lower = name.stringValue().toLowerCase(Locale.ROOT);
        config.set(family, MAPPER.createObjectNode().put("type", lower));
      }
    }
    if (config.path("attention") instanceof ObjectNode attention) {
      boolean dense = attention.path("type").asString("").equals("dense");
      if (dense && !attention.has("output_bias")) {
        attention.set("output_bias", attention.path("bias"));
        attention.put("head_norm_epsilon", 0.0);
      } else if (!dense && !attention.has("bias")) {
        attention.put("bias", false);
      }
    }
  }

  /**
   * Reads the whole model onto an engine.
   *
   * @throws CheckpointException if a file is missing or damaged or the weights are not those of the
   *     configuration, which is found out before anything of its sizes is made
   */
  public TextClassifier read(Engine engine) {
    TextClassifierConfig config = readConfig();
    try (Safetensors weights = folder.openWeights()) {
      requireFit(config, weights, engine);
      TextClassifier model = new TextClassifier(config, Initializer.blank(engine));
      try {
        copy(weights, model);
        return model;
      } catch (RuntimeException failure) {
        model.close();
        throw failure;
      }
    }
  }

  /** Overwrites a model's parameters with those of the file, which must be the same ones. */
  public void readWeights(TextClassifier model) {
    try (Safetensors weights = folder.openWeights()) {
      weights.requireExactly(shapes(model));
      copy(weights, model);
    }
  }

  private void requireFit(TextClassifierConfig config, Safetensors weights, Engine engine) {
    int layers = config.encoder().layers();
    if (layers > weights.names().size()) {
      throw new CheckpointException(
          "The file %s does not fit the model: it has %d tensors for %d layers."
              .formatted(weights.path(), weights.names().size(), layers));
    }
    try (TensorScope scope = TensorScope.open();
        TextClassifier outline = outline(config, engine)) {
      weights.requireExactly(shapes(outline));
    }
  }

  private TextClassifier outline(TextClassifierConfig config, Engine engine) {
    try {
      return new TextClassifier(config, Initializer.outline(engine));
    } catch (IllegalArgumentException | ArithmeticException impossible) {
      throw new CheckpointException(
          "%s describes no possible model: %s"
              .formatted(folder.configFile(), impossible.getMessage()),
          impossible);
    }
  }

  private static Map<String, Shape> shapes(TextClassifier model) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    model.namedParameters().forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    return shapes;
  }

  private static void copy(Safetensors weights, TextClassifier model) {
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              try (TensorScope scope = TensorScope.open()) {
                parameter.set(weights.read(name, model.engine()));
              }
            });
  }

  /**
   * Reads the tokenizer.
   *
   * @throws CheckpointException if it is not the model's, or has more tokens than the model
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
