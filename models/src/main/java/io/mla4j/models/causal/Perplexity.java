package io.mla4j.models.causal;

import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * How well a model foretells a text, by a window that slides over it: each token is scored once,
 * with at least {@code context − stride} tokens before it where there are as many.
 *
 * @param tokens that were scored
 * @param loss mean negative log-likelihood of a token, in nats
 * @param bytes of the text, in UTF-8
 */
public record Perplexity(long tokens, double loss, long bytes) {

  /** {@code e^loss}. */
  public double perplexity() {
    return Math.exp(loss);
  }

  /** Bits that the model needs for a byte of the text. */
  public double bitsPerByte() {
    return bytes == 0 ? 0 : loss * tokens / (Math.log(2) * bytes);
  }

  /**
   * Measures.
   *
   * @param ids of the whole text, two or more
   * @param bytes of the text
   * @param context tokens that pass through the model at once
   * @param stride tokens that the window moves on by, fewer than the context
   * @param progress told how many tokens are done
   * @throws IllegalArgumentException if there are too few tokens, or one that the model does not
   *     have, or the window is none
   */
  public static Perplexity of(
      CausalModel model, int[] ids, long bytes, int context, int stride, LongConsumer progress) {
    if (ids.length < 2) {
      throw new IllegalArgumentException("A perplexity needs a text of two tokens or more.");
    }
    if (context < 2 || stride < 1 || stride >= context) {
      throw new IllegalArgumentException(
          "The window has 2 tokens or more and moves by 1 or more, fewer than it has, not %d and %d."
              .formatted(context, stride));
    }
    model.requireTokens("The text", ids);
    Engine engine = model.engine();
    Scorer scorer = new Scorer(model);
    double sum = 0;
    int scored = 1; // the first token has nothing before it
    for (int start = 0; scored < ids.length; start += stride) {
      int end = Math.min(ids.length, start + context);
      if (end <= scored) {
        continue;
      }
      try (TensorScope scope = TensorScope.open();
          Engine.Guard guard = engine.noGrad();
          ForwardPass pass = model.pass(end - start)) {
        long[] window = Arrays.stream(Arrays.copyOfRange(ids, start, end)).asLongStream().toArray();
        Tensor hidden = model.hidden(engine.ofLongs(window, 1, window.length), pass).squeeze(0);
        for (double score : scorer.logProbabilities(hidden, window, scored - start)) {
          sum -= score;
        }
      }
      scored = end;
      progress.accept(scored);
    }
    return new Perplexity(ids.length - 1L, sum / (ids.length - 1L), bytes);
  }
}
