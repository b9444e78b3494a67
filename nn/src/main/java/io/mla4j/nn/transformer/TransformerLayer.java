package io.mla4j.nn.transformer;

import io.mla4j.nn.Dropout;
import io.mla4j.nn.FeedForward;
import io.mla4j.nn.Module;
import io.mla4j.nn.Norm;
import io.mla4j.nn.attention.Attention;
import io.mla4j.nn.attention.AttentionInput;
import io.mla4j.tensor.Tensor;

/** Attention and feed-forward, each behind a norm and added to what came in (pre-norm). */
public final class TransformerLayer extends Module {

  private final Norm inputNorm;
  private final Attention attention;
  private final Norm postAttentionNorm;
  private final FeedForward feedForward;
  private final Dropout dropout;

  public TransformerLayer(
      Norm inputNorm,
      Attention attention,
      Norm postAttentionNorm,
      FeedForward feedForward,
      double dropout) {
    this.inputNorm = child("input_layernorm", inputNorm);
    this.attention = child("self_attn", attention);
    this.postAttentionNorm = child("post_attention_layernorm", postAttentionNorm);
    this.feedForward = child("mlp", feedForward);
    this.dropout = child("dropout", new Dropout(dropout));
  }

  public Attention attention() {
    return attention;
  }

  /**
   * Applies the layer.
   *
   * @param input x [B, T, E] and what attention needs beside it
   * @return [B, T, E]
   */
  public Tensor forward(AttentionInput input) {
    Tensor x = input.x();
    Tensor attended = attention.forward(input.withX(inputNorm.forward(x)));
    Tensor between = x.add(dropout.forward(attended));
    Tensor transformed = feedForward.forward(postAttentionNorm.forward(between));
    return between.add(dropout.forward(transformed));
  }
}
