package io.mla4j.nn.attention;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Tensor;
import java.util.Optional;

/** Every query against every key: the baseline of every comparison. See {@link DenseConfig}. */
public final class Dense extends Attention {

  private final DenseConfig config;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  public Dense(Initializer initializer, int width, DenseConfig given, double outputGain) {
    super(width);
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
  Tensor attend(AttentionInput input) {
    Tensor x = input.x();
    Tensor q = rotate(input, heads(query.forward(x), config.heads())); // [B, T, H, D]
    Tensor k = rotate(input, heads(key.forward(x), config.keyValueHeads())); // [B, T, G, D]
    Tensor v = heads(value.forward(x), config.keyValueHeads());
    Optional<KeyValueCache> cache = input.cacheOf(KeyValueCache.class);
    if (cache.isPresent()) {
      cache.get().append(k, v);
      k = cache.get().keys();
      v = cache.get().values();
    }
    double scale = 1 / Math.sqrt(config.headDim());
    Tensor context = x.engine().attention(q, k, v, mask(input), scale);
    return output.forward(merge(context));
  }

  private AttentionMask mask(AttentionInput input) {
    return config.window() > 0 ? input.mask().withWindow(config.window()) : input.mask();
  }

  private Tensor rotate(AttentionInput input, Tensor x) {
    return config.rotary() ? input.rotation().orElseThrow().apply(x) : x;
  }

  private Tensor heads(Tensor x, long count) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), count, config.headDim());
  }

  private Tensor merge(Tensor context) {
    return context.reshape(context.shape().dim(0), context.shape().dim(1), -1);
  }
}
