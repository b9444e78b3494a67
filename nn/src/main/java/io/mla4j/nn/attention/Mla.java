package io.mla4j.nn.attention;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.RmsNorm;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.LatentProjections;
import io.mla4j.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Multi-head latent attention (arXiv 2405.04434, section 2.1): keys and values of all heads are
 * computed from one small latent a token, which is all the cache holds beside one rotary key.
 * Parameters are named as in the published DeepSeek checkpoints.
 */
public final class Mla extends Attention {

  /** The norms of the compressions keep this epsilon whatever the model's is, as in DeepSeek. */
  private static final double COMPRESSION_EPSILON = 1e-6;

  private final MlaConfig config;
  private final double scale;
  private final Optional<RotaryConfig> rotary;
  private final UnaryOperator<Tensor> query;
  private final Linear compression;
  private final RmsNorm latentNorm;
  private final Linear expansion;
  private final Linear output;
  private Optional<LatentForm> form = Optional.empty();

  public Mla(Initializer initializer, int width, MlaConfig config, double outputGain) {
    this(initializer, width, config, Optional.empty(), outputGain);
  }

  /**
   * With the scale of scores that goes with a scaled rotation.
   *
   * @param rotary how its heads rotate; empty if each pass gives the angles
   */
  public Mla(
      Initializer initializer,
      int width,
      MlaConfig config,
      Optional<RotaryConfig> rotary,
      double outputGain) {
    super(width);
    this.config = config;
    this.rotary = rotary;
    this.scale = config.scale(rotary);
    long heads = config.heads();
    long rank = config.kvLoraRank();
    this.query = query(initializer, width);
    this.compression =
        child(
            "kv_a_proj_with_mqa",
            new Linear(initializer, width, rank + config.ropeDim(), config.bias()));
    this.latentNorm = child("kv_a_layernorm", new RmsNorm(initializer, rank, COMPRESSION_EPSILON));
    this.expansion =
        child(
            "kv_b_proj",
            new Linear(initializer, rank, heads * (config.nopeDim() + config.valueDim()), false));
    this.output =
        child(
            "o_proj",
            new Linear(initializer, heads * config.valueDim(), width, config.bias(), outputGain));
  }

  private UnaryOperator<Tensor> query(Initializer initializer, int width) {
    long queries = (long) config.heads() * config.queryDim();
    if (config.queryLoraRank() == 0) {
      return child("q_proj", new Linear(initializer, width, queries, false))::forward;
    }
    long rank = config.queryLoraRank();
    Linear down = child("q_a_proj", new Linear(initializer, width, rank, config.bias()));
    RmsNorm norm = child("q_a_layernorm", new RmsNorm(initializer, rank, COMPRESSION_EPSILON));
    Linear up = child("q_b_proj", new Linear(initializer, rank, queries, false));
    return x -> up.forward(norm.forward(down.forward(x)));
  }

  @Override
  public MlaConfig config() {
    return config;
  }

  @Override
  public LatentCache newCache() {
    return new ContiguousLatentCache(config.kvLoraRank());
  }

  /** Forces one of the two forms instead of the cheaper one; both give the same numbers. */
  public void useForm(LatentForm choice) {
    form = Optional.of(choice);
  }

  @Override
  protected Tensor attend(Tensor x, LayerPass pass) {
    Rotation rotation = AttentionCheck.checked(pass.rotation(rotary), x.shape(), config.ropeDim());
    int nope = config.nopeDim();
    Tensor q = heads(query.apply(x), config.queryDim()); // [B, T, H, N + P]
    Tensor queryNope = q.narrow(3, 0, nope);
    Tensor queryRotary = rotation.apply(q.narrow(3, nope, config.ropeDim()));
    LatentKeys keys = compress(x, rotation);
    Optional<LatentCache> cache = pass.cache(LatentCache.class);
    if (cache.isPresent()) {
      cache.get().append(keys);
      keys = cache.get().keys();
    }
    return output.forward(merge(attend(queryNope, queryRotary, keys, mask(pass))));
  }

  private LatentKeys compress(Tensor x, Rotation rotation) {
    int rank = config.kvLoraRank();
    Tensor compressed = compression.forward(x); // [B, T, R + P]
    Tensor latent = latentNorm.forward(compressed.narrow(2, 0, rank));
    Tensor rotary = compressed.narrow(2, rank, config.ropeDim()).unsqueeze(2); // [B, T, 1, P]
    return new LatentKeys.Parts(latent, rotation.apply(rotary).squeeze(2));
  }

  private Tensor attend(Tensor queryNope, Tensor queryRotary, LatentKeys keys, AttentionMask mask) {
    long contents = (long) config.nopeDim() + config.valueDim();
    Tensor weight =
        expansion
            .weight()
            .dense(queryNope.dtype())
            .reshape(config.heads(), contents, config.kvLoraRank());
    LatentProjections projections = new LatentProjections(weight, config.nopeDim());
    var engine = queryNope.engine();
    return form.isPresent()
        ? engine.latentAttention(form.get(), queryNope, queryRotary, keys, projections, mask, scale)
        : engine.latentAttention(queryNope, queryRotary, keys, projections, mask, scale);
  }

  private AttentionMask mask(LayerPass pass) {
    return config.window() > 0 ? pass.mask().withWindow(config.window()) : pass.mask();
  }

  private Tensor heads(Tensor x, long headDim) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), config.heads(), headDim);
  }

  private Tensor merge(Tensor context) {
    return context.reshape(context.shape().dim(0), context.shape().dim(1), -1);
  }
}
