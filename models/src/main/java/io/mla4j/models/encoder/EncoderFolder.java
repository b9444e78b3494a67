package io.mla4j.models.encoder;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
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

/**
 * A model over a text encoder on disk: {@code model.safetensors}, {@code config.json}, tokenizer.
 *
 * @param folder where it is
 * @param kind what is kept there
 * @param <C> its configuration
 * @param <M> the model
 */
public record EncoderFolder<C, M extends TextEncoder>(ModelFolder folder, Kind<C, M> kind) {

  /**
   * A kind of model.
   *
   * @param type its name in {@code config.json}
   * @param noun what it is called in sentences, as {@code text classifier}
   */
  public record Kind<C, M>(String type, String noun, Class<C> config, Maker<C, M> maker) {}

  /** Makes a model of a configuration. */
  public interface Maker<C, M> {
    M make(C config, Initializer initializer);
  }

  private static final String MODEL_TYPE = "model_type";
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

  /**
   * The kind of the model in a folder, as its {@code config.json} says it; empty if it does not.
   */
  public static String typeOf(ModelFolder folder) {
    return folder.readConfig().path(MODEL_TYPE).asString("");
  }

  /** A configuration as {@code config.json} holds it. */
  public ObjectNode tree(C config) {
    return tree(kind, config);
  }

  /** A configuration as {@code config.json} holds it. */
  public static <C> ObjectNode tree(Kind<C, ?> kind, C config) {
    ObjectNode named = MAPPER.createObjectNode().put(MODEL_TYPE, kind.type());
    named.setAll((ObjectNode) MAPPER.valueToTree(config));
    return named;
  }

  public void writeWeights(M model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.namedParameters().forEach((name, parameter) -> tensors.put(name, parameter.value()));
    folder.writeWeights(tensors);
  }

  /**
   * Reads the configuration.
   *
   * @throws CheckpointException if it is missing or of another kind of model
   */
  public C readConfig() {
    ObjectNode tree = folder.readConfig();
    String type = tree.path(MODEL_TYPE).asString("");
    if (!type.equals(kind.type())) {
      throw new CheckpointException(
          "%s describes a model of type '%s', not a %s ('%s')."
              .formatted(folder.configFile(), type, kind.noun(), kind.type()));
    }
    tree.remove(MODEL_TYPE);
    return bound(tree);
  }

  private C bound(ObjectNode tree) {
    // What only training looks at may be missing: a model is not lost for a setting newer than it.
    ObjectNode whole = MAPPER.valueToTree(Regularization.defaults());
    whole.setAll(tree);
    spellOut(whole);
    try {
      return MAPPER.treeToValue(whole, kind.config());
    } catch (JacksonException failure) {
      throw new CheckpointException(
          "%s is not a %s's configuration: %s"
              .formatted(folder.configFile(), kind.noun(), Misreading.explained(failure)),
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
      } else if (attention.path("type").asString("").equals("mla") && !attention.has("bias")) {
        attention.put("bias", false);
      }
    }
  }

  /**
   * Reads the whole model onto an engine.
   *
   * @param layers how many the configuration says there are
   * @throws CheckpointException if a file is missing or damaged or the weights are not those of the
   *     configuration, which is found out before anything of its sizes is made
   */
  public M read(C config, int layers, Engine engine) {
    try (Safetensors weights = folder.openWeights()) {
      requireFit(config, layers, weights, engine);
      M model = kind.maker().make(config, Initializer.blank(engine));
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
  public void readWeights(TextEncoder model) {
    try (Safetensors weights = folder.openWeights()) {
      weights.requireExactly(shapes(model));
      copy(weights, model);
    }
  }

  private void requireFit(C config, int layers, Safetensors weights, Engine engine) {
    if (layers > weights.names().size()) {
      throw new CheckpointException(
          "The file %s does not fit the model: it has %d tensors for %d layers."
              .formatted(weights.path(), weights.names().size(), layers));
    }
    try (TensorScope scope = TensorScope.open();
        M outline = outline(config, engine)) {
      weights.requireExactly(shapes(outline));
    }
  }

  private M outline(C config, Engine engine) {
    try {
      return kind.maker().make(config, Initializer.outline(engine));
    } catch (IllegalArgumentException | ArithmeticException impossible) {
      throw new CheckpointException(
          "%s describes no possible model: %s"
              .formatted(folder.configFile(), impossible.getMessage()),
          impossible);
    }
  }

  private static Map<String, Shape> shapes(Module model) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    model.namedParameters().forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    return shapes;
  }

  private static void copy(Safetensors weights, TextEncoder model) {
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
   * @param vocabSize of the model
   * @throws CheckpointException if it is not the model's, or has more tokens than the model
   */
  public Tokenizer readTokenizer(int vocabSize) {
    Tokenizer tokenizer = Tokenizer.load(folder.requireTokenizer());
    if (tokenizer.vocabularySize() > vocabSize) {
      int size = tokenizer.vocabularySize();
      tokenizer.close();
      throw new CheckpointException(
          "The tokenizer %s does not match the model: it has %d tokens, the model %d."
              .formatted(folder.tokenizerFile(), size, vocabSize));
    }
    return tokenizer;
  }
}
