package io.mla4j.data.token;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** The section {@code added_tokens} of a {@code tokenizer.json}. */
final class SpecialTokens {

  private SpecialTokens() {}

  /** Adds the first tokens of a vocabulary. */
  static void add(ArrayNode added, List<String> tokens) {
    for (int id = 0; id < tokens.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", tokens.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
  }
}
