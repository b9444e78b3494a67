package io.mla4j.nn.attention;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Tensor;

/** Every query against every key: the baseline of every comparison. See {@link DenseConfig}. */
public final class Dense extends Attention {

  private final DenseConfig config;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  public Dense(Initializer initializer, int width, DenseConfig given, double outputGain) {
    config = given.resolved(width);
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.keyValueHeads() * config.headDim();
    boolean bias = config.bias();
    query = child("q_proj", new Linear(initializer, width, queries, bias));
    key = child("k_proj", new Linear(initializer, width, keys, bias));
    value = child("v_proj", new Linear(initializer, width, keys, bias));
    output = child("o_proj", new Linear(initializer, queries, width, bias, outputGain));
  }

  @Override
  public DenseConfig config() {
    return config;
  }

  @Override
  public AttentionCache newCache() {
    return new ContiguousKeyValueCache();
  }

  @Override
  public Tensor forward(AttentionInput input) {
    Tensor x = input.x();
    Tensor q = rotate(input, heads(query.forward(x), config.heads())); // [B, T, H, D]
    Tensor k = rotate(input, heads(key.forward(x), config.keyValueHeads())); // [B, T, G, D]
    Tensor v = heads(value.forward(x), config.keyValueHeads());
    if (input.cache().isPresent()) {
      KeyValueCache cache = (KeyValueCache) input.cache().get();
      cache.append(k, v);
      k = cache.keys();
      v = cache.values();
    }
    double scale = 1 / Math.sqrt(config.headDim());
    Tensor context = x.engine().attention(q, k, v, mask(input), scale);
    return output.forward(merge(context));
  }

  private AttentionMask mask(AttentionInput input) {
    return config.window() > 0 ? input.mask().withWindow(config.window()) : input.mask();
  }

  private Tensor rotate(AttentionInput input, Tensor x) {
    if (!config.rotary()) {
      return x;
    }
    return input
        .rotation()
        .orElseThrow(() -> new IllegalArgumentException("Rotary attention needs a rotation."))
        .apply(x);
  }

  private Tensor heads(Tensor x, long count) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), count, config.headDim());
  }

  private Tensor merge(Tensor context) {
    return context.reshape(context.shape().dim(0), context.shape().dim(1), -1);
  }
}
