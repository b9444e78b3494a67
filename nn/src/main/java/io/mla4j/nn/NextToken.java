package io.mla4j.nn;

import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Tensor;
import java.util.List;

/**
 * A model that foretells the next token: what training and evaluation need to know of it beside its
 * parameters.
 */
public interface NextToken {

  /** A pass over sequences of one length from their beginning. */
  ForwardPass pass(long tokens);

  /** A pass over whole sequences that lie one after another in one row. */
  ForwardPass pass(PackedSequences packed);

  /**
   * What the scores are made of.
   *
   * @param ids [B, T] INT64
   * @return [B, T, E]
   */
  Tensor hidden(Tensor ids, ForwardPass pass);

  /**
   * Scores of the token after each.
   *
   * @param hidden [..., E] of {@link #hidden}, or some of its rows
   * @return [..., V]
   */
  Tensor logits(Tensor hidden);

  /** The tables of vectors that tokens are read from, which adversarial training disturbs. */
  default List<Tensor> inputVectors() {
    return List.of();
  }
}
