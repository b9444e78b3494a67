package io.mla4j.models.causal;

import io.mla4j.nn.attention.DenseConfig;
import tools.jackson.databind.node.ObjectNode;

/** Qwen2 (arXiv 2407.10671): queries, keys and values have biases, the output has none. */
final class Qwen2 extends DenseFamily {

  Qwen2() {
    super("qwen2", "Qwen2ForCausalLM", 10_000);
  }

  @Override
  DenseConfig attention(HuggingFaceConfig config, int heads, int keyValueHeads, int headDim) {
    return new DenseConfig(heads, keyValueHeads, headDim, true, false, 0, true, 0);
  }

  @Override
  boolean has(DenseConfig attention, NetworksConfig networks, double normEpsilon) {
    return attention.bias()
        && !attention.outputBias()
        && attention.headNormEpsilon() == 0
        && !networks.networkBias();
  }

  @Override
  void describe(DenseConfig attention, NetworksConfig networks, ObjectNode config) {
    config.put("use_sliding_window", false);
  }
}
