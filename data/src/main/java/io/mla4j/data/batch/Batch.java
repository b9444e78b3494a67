package io.mla4j.data.batch;

/** What a model looks at in one forward pass, whatever it consists of. */
public interface Batch {

  /** Which examples of the source these are, from 0; what is told of a batch that goes wrong. */
  int[] rows();

  /** Tokens without padding, by which speed is told. */
  long realTokens();
}
