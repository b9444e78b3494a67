package org.example.mean;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.attention.Attention;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import java.util.Optional;

/** Attention whose scores are all alike; see {@link MeanConfig}. */
public final class MeanAttention extends Attention {

  private final MeanConfig config;
  private final Linear value;
  private final Linear output;

  MeanAttention(Initializer initializer, int width, MeanConfig config, double outputGain) {
    super(width);
    this.config = config;
    this.value = child("v_proj", new Linear(initializer, width, config.valueDim(), false));
    this.output =
        child("o_proj", new Linear(initializer, config.valueDim(), width, false, outputGain));
  }

  @Override
  public MeanConfig config() {
    return config;
  }

  @Override
  protected Tensor attend(Tensor x, LayerPass pass) {
    Tensor values = value.forward(x).unsqueeze(2); // [B, T, 1, V]
    Optional<Values> cache = pass.cache(Values.class);
    Tensor all = cache.isPresent() ? cache.get().append(values) : values; // [B, S, 1, V]
    Tensor context = x.engine().attention(values.mul(0), all.mul(0), all, pass.mask(), 1);
    return output.forward(context.squeeze(2));
  }

  @Override
  public AttentionCache newCache() {
    return new Values();
  }

  /** All values so far, copied as they grow. */
  private static final class Values implements AttentionCache {

    private Optional<Tensor> kept = Optional.empty();

    Tensor append(Tensor more) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor joined =
            kept.map(before -> more.engine().concat(List.of(before, more), 1))
                .orElseGet(() -> more.mul(1));
        replace(joined);
      }
      return kept.orElseThrow();
    }

    private void replace(Tensor values) {
      TensorScope.release(values);
      kept.ifPresent(Tensor::close);
      kept = Optional.of(values);
    }

    @Override
    public long length() {
      return kept.map(values -> values.shape().dim(1)).orElse(0L);
    }

    @Override
    public void forgetLast(long tokens) {
      kept.ifPresent(
          values -> {
            try (TensorScope scope = TensorScope.open()) {
              replace(values.narrow(1, 0, length() - tokens).mul(1));
            }
          });
    }

    @Override
    public void close() {
      kept.ifPresent(Tensor::close);
      kept = Optional.empty();
    }
  }
}
