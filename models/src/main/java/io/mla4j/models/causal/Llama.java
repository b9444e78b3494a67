package io.mla4j.models.causal;

import io.mla4j.nn.attention.DenseConfig;
import tools.jackson.databind.node.ObjectNode;

/** Llama (arXiv 2302.13971, 2407.21783): all projections have a bias or none. */
final class Llama extends DenseFamily {

  Llama() {
    super("llama", "LlamaForCausalLM", 10_000);
  }

  @Override
  DenseConfig attention(HuggingFaceConfig config, int heads, int keyValueHeads, int headDim) {
    boolean bias = config.flag("attention_bias", false);
    return new DenseConfig(heads, keyValueHeads, headDim, bias, bias, 0, true, 0);
  }

  @Override
  boolean has(DenseConfig attention, NetworksConfig networks, double normEpsilon) {
    return attention.bias() == attention.outputBias() && attention.headNormEpsilon() == 0;
  }

  @Override
  void describe(DenseConfig attention, NetworksConfig networks, ObjectNode config) {
    config.put("attention_bias", attention.bias());
    config.put("mlp_bias", networks.networkBias());
  }
}
