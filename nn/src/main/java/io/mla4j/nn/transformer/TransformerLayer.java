package io.mla4j.nn.transformer;

import io.mla4j.nn.Dropout;
import io.mla4j.nn.Module;
import io.mla4j.nn.Norm;
import io.mla4j.nn.attention.Attention;
import io.mla4j.nn.feedforward.FeedForward;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.Tensor;

/** Attention and feed-forward, each behind a norm and added to what came in (pre-norm). */
public final class TransformerLayer extends Module {

  private final Norm inputNorm;
  private final Attention attention;
  private final Norm postAttentionNorm;
  private final FeedForward feedForward;
  private final Dropout dropout;
  private final Residual attentionResidual;
  private final Residual feedForwardResidual;

  /** A layer of one plain stream. */
  public TransformerLayer(
      Norm inputNorm,
      Attention attention,
      Norm postAttentionNorm,
      FeedForward feedForward,
      double dropout) {
    this(
        inputNorm,
        attention,
        postAttentionNorm,
        feedForward,
        dropout,
        Residual.PLAIN,
        Residual.PLAIN);
  }

  /** A layer whose blocks read and add as their residuals say; those with weights are children. */
  public TransformerLayer(
      Norm inputNorm,
      Attention attention,
      Norm postAttentionNorm,
      FeedForward feedForward,
      double dropout,
      Residual attentionResidual,
      Residual feedForwardResidual) {
    this.inputNorm = child("input_layernorm", inputNorm);
    this.attention = child("self_attn", attention);
    this.postAttentionNorm = child("post_attention_layernorm", postAttentionNorm);
    this.feedForward = child("mlp", feedForward);
    this.dropout = child("dropout", new Dropout(dropout));
    this.attentionResidual = own("attn_residual", attentionResidual);
    this.feedForwardResidual = own("mlp_residual", feedForwardResidual);
  }

  private Residual own(String name, Residual residual) {
    if (residual instanceof Module) {
      child(name, (Module) residual);
    }
    return residual;
  }

  public Attention attention() {
    return attention;
  }

  public FeedForward feedForward() {
    return feedForward;
  }

  /**
   * Applies the layer.
   *
   * @param x [B, T, E], or the streams of its residuals
   * @return of the same shape
   */
  public Tensor forward(Tensor x, LayerPass pass) {
    Tensor between =
        attentionResidual.around(
            x, in -> dropout.forward(attention.forward(inputNorm.forward(in), pass)));
    return feedForwardResidual.around(
        between, in -> dropout.forward(feedForward.forward(postAttentionNorm.forward(in), pass)));
  }
}
