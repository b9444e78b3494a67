package io.mla4j.models.causal;

import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.feedforward.ExpertsConfig;
import io.mla4j.nn.feedforward.RouterConfig;
import io.mla4j.nn.feedforward.RouterConfig.Scoring;
import io.mla4j.tensor.RotaryLayout;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What DeepSeek-V2 and V3 have in common: latent attention and routed experts. */
abstract class DeepSeekFamily implements CausalFamily {

  private final String modelType;
  private final String architecture;
  private final Scoring scoring;

  DeepSeekFamily(String modelType, String architecture, Scoring scoring) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.scoring = scoring;
  }

  @Override
  public final String modelType() {
    return modelType;
  }

  /** The router that a configuration describes. */
  abstract RouterConfig router(HuggingFaceConfig config, int experts, int perToken);

  /** Adds what only this family says of its router. */
  abstract void describe(RouterConfig router, ObjectNode config);

  @Override
  public final CausalConfig read(HuggingFaceConfig config) {
    if (config.size("moe_layer_freq", 1) != 1) {
      throw new IllegalArgumentException("only some of its layers have experts (moe_layer_freq)");
    }
    config.requireSilu();
    boolean interleaved = config.flag("rope_interleave", true);
    return new CausalConfig(
        config.size("vocab_size"),
        config.size("hidden_size"),
        config.size("num_hidden_layers"),
        attention(config),
        new NetworksConfig(
            config.size("intermediate_size"),
            config.flag("mlp_bias", false),
            experts(config),
            config.size("first_k_dense_replace", 0)),
        DenseFamily.positions(
            config, interleaved ? RotaryLayout.INTERLEAVED : RotaryLayout.HALVES, 10_000),
        config.number("rms_norm_eps", 1e-6),
        config.flag("tie_word_embeddings", false));
  }

  private static MlaConfig attention(HuggingFaceConfig config) {
    return new MlaConfig(
        config.size("num_attention_heads"),
        config.size("q_lora_rank", 0),
        config.size("kv_lora_rank"),
        config.size("qk_nope_head_dim"),
        config.size("qk_rope_head_dim"),
        config.size("v_head_dim"),
        config.flag("attention_bias", false),
        0);
  }

  private Optional<ExpertsConfig> experts(HuggingFaceConfig config) {
    if (!config.isGiven("n_routed_experts")) {
      return Optional.empty();
    }
    RouterConfig router =
        router(config, config.size("n_routed_experts"), config.size("num_experts_per_tok"));
    return Optional.of(
        new ExpertsConfig(
            router, config.size("moe_intermediate_size"), config.size("n_shared_experts", 0)));
  }

  @Override
  public final Optional<ObjectNode> write(CausalConfig config) {
    if (!(config.attention() instanceof MlaConfig) || !isOfThisFamily(config.networks())) {
      return Optional.empty();
    }
    MlaConfig attention = (MlaConfig) config.attention();
    if (attention.window() > 0) {
      return Optional.empty();
    }
    ObjectNode tree = DenseFamily.common(modelType, architecture, config);
    tree.put("num_attention_heads", attention.heads());
    tree.put("num_key_value_heads", attention.heads());
    if (attention.queryLoraRank() > 0) {
      tree.put("q_lora_rank", attention.queryLoraRank());
    } else {
      tree.putNull("q_lora_rank");
    }
    tree.put("kv_lora_rank", attention.kvLoraRank());
    tree.put("qk_nope_head_dim", attention.nopeDim());
    tree.put("qk_rope_head_dim", attention.ropeDim());
    tree.put("v_head_dim", attention.valueDim());
    tree.put("head_dim", attention.ropeDim());
    tree.put("attention_bias", attention.bias());
    tree.put("rope_interleave", config.positions().ropeLayout() == RotaryLayout.INTERLEAVED);
    networks(config, tree);
    return Optional.of(tree);
  }

  private boolean isOfThisFamily(NetworksConfig networks) {
    return !networks.networkBias()
        && networks.experts().map(e -> e.router().scoring() == scoring).orElse(true);
  }

  private void networks(CausalConfig config, ObjectNode tree) {
    Optional<ExpertsConfig> experts = config.networks().experts();
    // transformers builds experts from this layer on: beyond the last there are none.
    int dense = experts.isPresent() ? config.networks().denseLayers() : config.layers();
    tree.put("first_k_dense_replace", dense);
    if (experts.isPresent()) {
      RouterConfig router = experts.get().router();
      tree.put("n_routed_experts", router.experts());
      tree.put("num_experts_per_tok", router.perToken());
      tree.put("moe_intermediate_size", experts.get().intermediateSize());
      tree.put("n_shared_experts", experts.get().shared());
      tree.put("n_group", router.groups());
      tree.put("topk_group", router.keptGroups());
      tree.put("norm_topk_prob", router.normalized());
      tree.put("routed_scaling_factor", router.scale());
      describe(router, tree);
    }
  }
}
