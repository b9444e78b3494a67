package io.mla4j.models.causal;

import io.mla4j.nn.feedforward.RouterConfig;
import io.mla4j.nn.feedforward.RouterConfig.Scoring;
import tools.jackson.databind.node.ObjectNode;

/** DeepSeek-V2 and V2-Lite (arXiv 2405.04434): softmax over all experts, greedy or by groups. */
final class DeepSeekV2 extends DeepSeekFamily {

  private static final double BALANCE = 0.001;

  DeepSeekV2() {
    super("deepseek_v2", "DeepseekV2ForCausalLM", Scoring.SOFTMAX);
  }

  @Override
  RouterConfig router(HuggingFaceConfig config, int experts, int perToken) {
    String method = config.text("topk_method", "greedy");
    boolean grouped = method.equals("group_limited_greedy");
    if (!grouped && !method.equals("greedy")) {
      throw new IllegalArgumentException(
          "its topk_method is '" + method + "', not greedy or group_limited_greedy");
    }
    boolean normalized = config.flag("norm_topk_prob", false);
    double scale = config.number("routed_scaling_factor", 1);
    return new RouterConfig(
        experts,
        perToken,
        Scoring.SOFTMAX,
        grouped ? config.size("n_group") : 1,
        grouped ? config.size("topk_group") : 1,
        normalized,
        // Published code scales only weights that it does not normalize.
        normalized ? 1 : scale,
        false,
        0,
        config.number("aux_loss_alpha", BALANCE));
  }

  @Override
  void describe(RouterConfig router, ObjectNode config) {
    config.put("topk_method", router.groups() > 1 ? "group_limited_greedy" : "greedy");
    config.put("aux_loss_alpha", router.balanceWeight());
  }
}
