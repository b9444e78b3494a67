package io.mla4j.checkpoint;

import tools.jackson.databind.node.ObjectNode;

/** A model that says in its folder's {@code config.json} how it is built. */
public interface Described {

  /** Everything needed to build the model again, but for its weights and its tokenizer. */
  ObjectNode description();
}
