package io.mla4j.data.corpus;

/** Which blocks of a text an epoch has. */
public enum Sampling {
  /** Blocks that start anywhere, drawn anew for each batch. */
  RANDOM,
  /** Every block once, one beginning where another ends, in an order drawn for each epoch. */
  CONSECUTIVE
}
