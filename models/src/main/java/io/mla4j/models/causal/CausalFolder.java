package io.mla4j.models.causal;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Parameter;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A causal language model on disk, in Hugging Face's layout. */
public final class CausalFolder {

  /** What the names of the routers' weights end with. */
  private static final String ROUTER = "mlp.gate.weight";

  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final ModelFolder folder;

  public CausalFolder(Path path) {
    this.folder = new ModelFolder(path);
  }

  public ModelFolder files() {
    return folder;
  }

  /**
   * Reads the configuration.
   *
   * @throws CheckpointException if it is missing or of no known family
   */
  public CausalConfig readConfig() {
    return configOf(folder.readConfig());
  }

  private CausalConfig configOf(ObjectNode tree) {
    return CausalFamilies.read(folder.configFile(), tree);
  }

  /**
   * Makes the model for inference over weights that are left where they are, in the mapped files,
   * wherever type and place allow it.
   *
   * @param weights of this folder, which stay open as long as the model
   * @throws CheckpointException if the weights are not those of the configuration
   */
  CausalModel over(Safetensors weights, WeightPrecision precision, Engine engine) {
    ObjectNode tree = folder.readConfig();
    CausalConfig config = configOf(tree);
    requirePossible(config, weights);
    CausalModel model = outline(config, engine);
    try {
      WeightFiles files = new WeightFiles(weights, tree);
      Map<String, Parameter> parameters = model.namedParameters();
      files.requireAll(parameters);
      if (precision == WeightPrecision.STORED) {
        keepScaled(model, files, parameters);
      }
      parameters.forEach(
          (name, parameter) -> {
            DType type = keptType(name, parameter, precision, files);
            try (TensorScope scope = TensorScope.open()) {
              parameter.replace(TensorScope.release(files.tensor(name, type, engine)));
            }
          });
      model.freeze(true);
      model.train(false);
      return model;
    } catch (RuntimeException failure) {
      model.close();
      throw failure;
    }
  }

  /** Before anything of these numbers is made, which a damaged configuration can say at will. */
  private void requirePossible(CausalConfig config, Safetensors weights) {
    int layers = config.layers();
    int experts = config.networks().experts().map(each -> each.router().experts()).orElse(0);
    long routed =
        weights.names().stream()
            .filter(name -> name.endsWith(ROUTER))
            .map(name -> weights.entry(name).shape())
            .mapToLong(shape -> shape.rank() == 0 ? 0 : shape.dim(0))
            .max()
            .orElse(0);
    boolean routes = layers > config.networks().denseLayers();
    if (layers > weights.names().size() || (routes && experts > routed)) {
      throw new CheckpointException(
          "%s describes a model of %,d layers and %,d routed experts, and the weights in %s are fewer."
              .formatted(folder.configFile(), layers, experts, weights.path()));
    }
  }

  private CausalModel outline(CausalConfig config, Engine engine) {
    try {
      return new CausalModel(config, Initializer.outline(engine));
    } catch (IllegalArgumentException | ArithmeticException impossible) {
      throw new CheckpointException(
          "%s describes no possible model: %s"
              .formatted(folder.configFile(), impossible.getMessage()),
          impossible);
    }
  }

  /** Gives linear layers the block-scaled weights of the file, which are done with then. */
  private static void keepScaled(
      CausalModel model, WeightFiles files, Map<String, Parameter> parameters) {
    model
        .namedModules()
        .forEach(
            (name, module) -> {
              String weight = name + ".weight";
              if (module instanceof Linear && files.isScaled(weight)) {
                ((Linear) module).replaceWeight(files.scaledWeight(weight, model.engine()));
                parameters.remove(weight);
              }
            });
  }

  /** Vectors and routers stay in float32, which costs little and keeps choices as they are. */
  private static DType keptType(
      String name, Parameter parameter, WeightPrecision precision, WeightFiles files) {
    boolean matrix = parameter.shape().rank() == 2 && !name.endsWith(ROUTER);
    return matrix ? precision.dtype().orElseGet(() -> files.type(name)) : DType.FLOAT32;
  }

  /** Overwrites a model's parameters with those of this folder, converted to the model's types. */
  public void readInto(CausalModel model) {
    try (Safetensors weights = folder.openWeights()) {
      WeightFiles files = new WeightFiles(weights, folder.readConfig());
      Map<String, Parameter> parameters = model.namedParameters();
      files.requireAll(parameters);
      parameters.forEach(
          (name, parameter) -> {
            try (TensorScope scope = TensorScope.open()) {
              DType type = parameter.value().dtype();
              parameter.set(files.tensor(name, type, model.engine()));
            }
          });
    }
  }

  /** Writes all but the weights: the tokenizer, which token ends a text, the configuration. */
  public void writeConfig(CausalConfig config, Tokenizer tokenizer, Provenance provenance) {
    tokenizer.write(folder.tokenizerFile());
    folder.write(ModelFolder.TOKENIZER_CONFIG, ofTokenizer(config, tokenizer));
    folder.write(ModelFolder.GENERATION_CONFIG, withEnds(MAPPER.createObjectNode(), tokenizer));
    folder.writeConfig(withEnds(CausalFamilies.write(config), tokenizer), provenance);
  }

  /** Said even where there is no such token: otherwise transformers takes the tokens 1 and 2. */
  private static ObjectNode withEnds(ObjectNode tree, Tokenizer tokenizer) {
    tree.putNull("bos_token_id");
    tree.putNull("pad_token_id");
    if (tokenizer.endId().isPresent()) {
      return tree.put("eos_token_id", tokenizer.endId().getAsInt());
    }
    return tree.putNull("eos_token_id");
  }

  /** That the tokenizer's file is all there is to it. */
  private static ObjectNode ofTokenizer(CausalConfig config, Tokenizer tokenizer) {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.put("tokenizer_class", "PreTrainedTokenizerFast");
    tree.put("clean_up_tokenization_spaces", false);
    tree.put("model_max_length", config.positions().maxPositions());
    tokenizer.specialTokens().entrySet().stream()
        .filter(token -> tokenizer.endId().equals(OptionalInt.of(token.getValue())))
        .forEach(token -> tree.put("eos_token", token.getKey()));
    return tree;
  }

  /** Writes all weights under the names that Hugging Face's models have. */
  public void writeWeights(CausalModel model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.namedParameters().forEach((name, parameter) -> tensors.put(name, parameter.value()));
    folder.writeWeights(tensors);
  }
}
