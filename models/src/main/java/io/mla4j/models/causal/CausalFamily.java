package io.mla4j.models.causal;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A family of published models: what its {@code config.json} means, and how one is written. Found
 * by {@link java.util.ServiceLoader}, so that others can add to those of {@link CausalFamilies}.
 */
public interface CausalFamily {

  /** What {@code config.json} calls it, such as {@code deepseek_v3}. */
  String modelType();

  /**
   * The model a configuration describes.
   *
   * @throws IllegalArgumentException with a clause that says what of it cannot be
   */
  CausalConfig read(HuggingFaceConfig config);

  /**
   * The configuration of a model, as transformers 5 spells it.
   *
   * @return empty if this family has no such models
   */
  Optional<ObjectNode> write(CausalConfig config);
}
