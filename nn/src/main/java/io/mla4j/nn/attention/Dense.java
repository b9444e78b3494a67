package io.mla4j.nn.attention;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.RmsNorm;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.Rotation;
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
  private final Optional<RmsNorm> queryNorm;
  private final Optional<RmsNorm> keyNorm;
  private final Optional<RotaryConfig> rotary;

  /**
   * A layer.
   *
   * @param rotary how its heads rotate, if they do; empty if each pass gives the angles
   */
  public Dense(
      Initializer initializer,
      int width,
      DenseConfig given,
      Optional<RotaryConfig> rotary,
      double outputGain) {
    super(width);
    this.rotary = rotary;
    config = given.resolved(width);
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.keyValueHeads() * config.headDim();
    boolean bias = config.bias();
    query = child("q_proj", new Linear(initializer, width, queries, bias));
    key = child("k_proj", new Linear(initializer, width, keys, bias));
    value = child("v_proj", new Linear(initializer, width, keys, bias));
    output =
        child("o_proj", new Linear(initializer, queries, width, config.outputBias(), outputGain));
    queryNorm = headNorm("q_norm", initializer);
    keyNorm = headNorm("k_norm", initializer);
  }

  private Optional<RmsNorm> headNorm(String name, Initializer initializer) {
    double epsilon = config.headNormEpsilon();
    return epsilon == 0
        ? Optional.empty()
        : Optional.of(child(name, new RmsNorm(initializer, config.headDim(), epsilon)));
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
  protected Tensor attend(Tensor x, LayerPass pass) {
    Tensor q = heads(query.forward(x), config.heads()); // [B, T, H, D]
    Tensor k = heads(key.forward(x), config.keyValueHeads()); // [B, T, G, D]
    Tensor v = heads(value.forward(x), config.keyValueHeads());
    if (queryNorm.isPresent() && keyNorm.isPresent()) {
      q = queryNorm.get().forward(q);
      k = keyNorm.get().forward(k);
    }
    if (config.rotary()) {
      Rotation rotation =
          AttentionCheck.checked(pass.rotation(rotary), x.shape(), config.rotaryDim());
      q = rotation.apply(q);
      k = rotation.apply(k);
    }
    double scale = 1 / Math.sqrt(config.headDim());
    Optional<KeyValueCache> cache = pass.cache(KeyValueCache.class);
    Tensor context;
    if (cache.isPresent()) {
      cache.get().append(k, v);
      context = cache.get().attend(q, mask(pass), scale);
    } else {
      context = x.engine().attention(q, k, v, mask(pass), scale);
    }
    return output.forward(merge(context));
  }

  private AttentionMask mask(LayerPass pass) {
    return config.window() > 0 ? pass.mask().withWindow(config.window()) : pass.mask();
  }

  private Tensor heads(Tensor x, long count) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), count, config.headDim());
  }

  private Tensor merge(Tensor context) {
    return context.reshape(context.shape().dim(0), context.shape().dim(1), -1);
  }
}
