package io.mla4j.models.causal;

import io.mla4j.nn.attention.DenseConfig;
import tools.jackson.databind.node.ObjectNode;

/** Qwen3 (arXiv 2505.09388): each head's queries and keys are normalized before they rotate. */
final class Qwen3 extends DenseFamily {

  Qwen3() {
    super("qwen3", "Qwen3ForCausalLM", 10_000);
  }

  @Override
  DenseConfig attention(HuggingFaceConfig config, int heads, int keyValueHeads, int headDim) {
    boolean bias = config.flag("attention_bias", false);
    double epsilon = config.number("rms_norm_eps", 1e-6);
    int width = config.isGiven("head_dim") ? headDim : 128; // as transformers has it
    return new DenseConfig(heads, keyValueHeads, width, bias, bias, epsilon, true, 0);
  }

  @Override
  boolean has(DenseConfig attention, NetworksConfig networks, double normEpsilon) {
    return attention.bias() == attention.outputBias()
        && attention.headNormEpsilon() == normEpsilon
        && !networks.networkBias();
  }

  @Override
  void describe(DenseConfig attention, NetworksConfig networks, ObjectNode config) {
    config.put("attention_bias", attention.bias());
    config.put("use_sliding_window", false);
  }
}
