package io.mla4j.models.encoder;

/** How a model knows where a token stands. */
public enum Positions {
  /** Heads rotate by the position. */
  ROTARY,
  /** A learned vector for each position is added to the token's. */
  LEARNED
}
