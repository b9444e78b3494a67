package io.mla4j.models.causal;

import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.rotary.LinearScaling;
import io.mla4j.nn.rotary.Llama3Scaling;
import io.mla4j.nn.rotary.RotaryScaling;
import io.mla4j.nn.rotary.YarnScaling;
import io.mla4j.tensor.RotaryLayout;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What Llama, Qwen2 and Qwen3 have in common: grouped-query attention and gated networks. */
abstract class DenseFamily implements CausalFamily {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final String modelType;
  private final String architecture;
  private final double usualTheta;

  DenseFamily(String modelType, String architecture, double usualTheta) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.usualTheta = usualTheta;
  }

  @Override
  public final String modelType() {
    return modelType;
  }

  /** The attention that a configuration describes. */
  abstract DenseConfig attention(
      HuggingFaceConfig config, int heads, int keyValueHeads, int headDim);

  /** Whether models of this family have such an attention and such networks. */
  abstract boolean has(DenseConfig attention, NetworksConfig networks, double normEpsilon);

  /** Adds what only this family says. */
  abstract void describe(DenseConfig attention, NetworksConfig networks, ObjectNode config);

  @Override
  public final CausalConfig read(HuggingFaceConfig config) {
    requireFullAttention(config);
    config.requireSilu();
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    double epsilon = config.number("rms_norm_eps", 1e-6);
    return new CausalConfig(
        config.size("vocab_size"),
        hidden,
        config.size("num_hidden_layers"),
        attention(
            config,
            heads,
            config.size("num_key_value_heads", heads),
            config.size("head_dim", hidden / Math.max(1, heads))),
        new NetworksConfig(
            config.size("intermediate_size"), config.flag("mlp_bias", false), Optional.empty(), 0),
        positions(config, RotaryLayout.HALVES, usualTheta),
        epsilon,
        config.flag("tie_word_embeddings", false));
  }

  private static void requireFullAttention(HuggingFaceConfig config) {
    if (config.flag("use_sliding_window", false)) {
      throw new IllegalArgumentException(
          "some of its layers see a sliding window, which is not supported");
    }
    for (JsonNode type : config.node("layer_types")) {
      if (!type.asString("").equals("full_attention")) {
        throw new IllegalArgumentException(
            "its layer_types name " + type + ", and only full_attention is known");
      }
    }
  }

  static RotaryPositions positions(
      HuggingFaceConfig config, RotaryLayout layout, double usualTheta) {
    return new RotaryPositions(
        config.ropeTheta(usualTheta),
        layout,
        config.ropeScaling(),
        config.size("max_position_embeddings", 2048));
  }

  @Override
  public final Optional<ObjectNode> write(CausalConfig config) {
    boolean fits =
        config.attention() instanceof DenseConfig
            && config.networks().experts().isEmpty()
            && config.positions().ropeLayout() == RotaryLayout.HALVES
            && has((DenseConfig) config.attention(), config.networks(), config.normEpsilon());
    if (!fits) {
      return Optional.empty();
    }
    DenseConfig attention = (DenseConfig) config.attention();
    if (attention.window() > 0 || !attention.rotary()) {
      return Optional.empty();
    }
    ObjectNode tree = common(modelType, architecture, config);
    tree.put("num_attention_heads", attention.heads());
    tree.put("num_key_value_heads", attention.keyValueHeads());
    tree.put("head_dim", attention.headDim());
    describe(attention, config.networks(), tree);
    return Optional.of(tree);
  }

  /** What every family says. */
  static ObjectNode common(String modelType, String architecture, CausalConfig config) {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.putArray("architectures").add(architecture);
    tree.put("model_type", modelType);
    tree.put("vocab_size", config.vocabSize());
    tree.put("hidden_size", config.hiddenSize());
    tree.put("num_hidden_layers", config.layers());
    tree.put("intermediate_size", config.networks().intermediateSize());
    tree.put("hidden_act", "silu");
    tree.put("rms_norm_eps", config.normEpsilon());
    tree.put("tie_word_embeddings", config.tiedEmbeddings());
    tree.put("max_position_embeddings", config.positions().maxPositions());
    tree.set("rope_parameters", rope(config.positions()));
    tree.put("dtype", "float32");
    return tree;
  }

  private static ObjectNode rope(RotaryPositions positions) {
    ObjectNode rope = MAPPER.createObjectNode();
    rope.put("rope_theta", positions.ropeTheta());
    Optional<RotaryScaling> given = positions.ropeScaling();
    Object scaling = given.isPresent() ? given.get() : "default";
    if (scaling instanceof YarnScaling) {
      YarnScaling yarn = (YarnScaling) scaling;
      rope.put("rope_type", "yarn");
      rope.put("factor", yarn.factor());
      rope.put("original_max_position_embeddings", yarn.originalMaxPositions());
      rope.put("beta_fast", yarn.betaFast());
      rope.put("beta_slow", yarn.betaSlow());
      if (yarn.mscale() != 0 || yarn.mscaleAllDim() != 0) {
        rope.put("mscale", yarn.mscale());
        rope.put("mscale_all_dim", yarn.mscaleAllDim());
      }
    } else if (scaling instanceof Llama3Scaling) {
      Llama3Scaling llama3 = (Llama3Scaling) scaling;
      rope.put("rope_type", "llama3");
      rope.put("factor", llama3.factor());
      rope.put("low_freq_factor", llama3.lowFrequencyFactor());
      rope.put("high_freq_factor", llama3.highFrequencyFactor());
      rope.put("original_max_position_embeddings", llama3.originalMaxPositions());
    } else if (scaling instanceof LinearScaling) {
      rope.put("rope_type", "linear");
      rope.put("factor", ((LinearScaling) scaling).factor());
    } else {
      rope.put("rope_type", "default");
    }
    return rope;
  }
}
