package io.mla4j.models.causal;

import io.mla4j.nn.feedforward.RouterConfig;
import io.mla4j.nn.feedforward.RouterConfig.Scoring;
import tools.jackson.databind.node.ObjectNode;

/**
 * DeepSeek-V3 and R1 (arXiv 2412.19437): each expert scored by itself, a bias for balanced loads.
 */
final class DeepSeekV3 extends DeepSeekFamily {

  private static final double BIAS_SPEED = 0.001;
  private static final double BALANCE = 0.0001;

  DeepSeekV3() {
    super("deepseek_v3", "DeepseekV3ForCausalLM", Scoring.SIGMOID);
  }

  @Override
  RouterConfig router(HuggingFaceConfig config, int experts, int perToken) {
    int groups = config.size("n_group", 1);
    return new RouterConfig(
        experts,
        perToken,
        Scoring.SIGMOID,
        groups,
        config.size("topk_group", groups),
        config.flag("norm_topk_prob", true),
        config.number("routed_scaling_factor", 1),
        true,
        BIAS_SPEED,
        config.number("aux_loss_alpha", BALANCE));
  }

  @Override
  void describe(RouterConfig router, ObjectNode config) {
    config.put("scoring_func", "sigmoid");
    config.put("topk_method", "noaux_tc");
    config.put("aux_loss_alpha", router.balanceWeight());
  }
}
