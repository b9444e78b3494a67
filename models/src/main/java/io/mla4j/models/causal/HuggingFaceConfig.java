package io.mla4j.models.causal;

import io.mla4j.nn.rotary.LinearScaling;
import io.mla4j.nn.rotary.Llama3Scaling;
import io.mla4j.nn.rotary.RotaryScaling;
import io.mla4j.nn.rotary.YarnScaling;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code config.json} of Hugging Face's transformers in either spelling: the published one
 * ({@code rope_theta}, {@code rope_scaling}, {@code torch_dtype}) or that of version 5 ({@code
 * rope_parameters}, {@code dtype}).
 */
public final class HuggingFaceConfig {

  private final ObjectNode tree;

  public HuggingFaceConfig(ObjectNode tree) {
    this.tree = tree;
  }

  public String modelType() {
    return tree.path("model_type").asString("");
  }

  /** A number of 0 or more that must be there. */
  public int size(String name) {
    JsonNode value = tree.path(name);
    if (!value.isInt() || value.intValue() < 0) {
      throw new IllegalArgumentException(
          "it needs a whole number of 0 or more as "
              + name
              + (isGiven(name) ? ", not " + value : ""));
    }
    return value.intValue();
  }

  public int size(String name, int otherwise) {
    return isGiven(name) ? size(name) : otherwise;
  }

  public double number(String name, double otherwise) {
    return number(tree, name, otherwise);
  }

  private static double number(JsonNode tree, String name, double otherwise) {
    JsonNode value = tree.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException("its " + name + " is no number but " + value);
    }
    return value.doubleValue();
  }

  public boolean flag(String name, boolean otherwise) {
    JsonNode value = tree.path(name);
    if (!isGiven(name)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("its " + name + " is not true or false but " + value);
    }
    return value.booleanValue();
  }

  public String text(String name, String otherwise) {
    JsonNode value = tree.path(name);
    return value.isString() ? value.stringValue() : otherwise;
  }

  public boolean isGiven(String name) {
    JsonNode value = tree.path(name);
    return !value.isMissingNode() && !value.isNull();
  }

  public JsonNode node(String name) {
    return tree.path(name);
  }

  /** Checks that its networks use SiLU. */
  void requireSilu() {
    if (isGiven("hidden_act") && !text("hidden_act", "").equals("silu")) {
      throw new IllegalArgumentException(
          "its networks use " + node("hidden_act") + ", and only silu is known");
    }
  }

  public double ropeTheta(double otherwise) {
    return number(tree.path("rope_parameters"), "rope_theta", number("rope_theta", otherwise));
  }

  /**
   * How frequencies are scaled.
   *
   * @throws IllegalArgumentException if it is a way that is not known
   */
  public Optional<RotaryScaling> ropeScaling() {
    JsonNode said =
        isGiven("rope_parameters") ? tree.path("rope_parameters") : tree.path("rope_scaling");
    String type = said.path("rope_type").asString(said.path("type").asString("default"));
    return switch (type) {
      case "default" -> Optional.empty();
      case "linear" -> Optional.of(new LinearScaling(number(said, "factor", 1)));
      case "yarn" -> Optional.of(yarn(said));
      case "llama3" -> Optional.of(llama3(said));
      default ->
          throw new IllegalArgumentException(
              "its rotation is scaled as '"
                  + type
                  + "', and only default, linear, llama3 and yarn are known");
    };
  }

  private YarnScaling yarn(JsonNode said) {
    return new YarnScaling(
        number(said, "factor", 1),
        originalPositions(said),
        number(said, "beta_fast", 32),
        number(said, "beta_slow", 1),
        number(said, "mscale", 0),
        number(said, "mscale_all_dim", 0));
  }

  private Llama3Scaling llama3(JsonNode said) {
    return new Llama3Scaling(
        number(said, "factor", 1),
        number(said, "low_freq_factor", 1),
        number(said, "high_freq_factor", 4),
        originalPositions(said));
  }

  private int originalPositions(JsonNode said) {
    double otherwise = size("max_position_embeddings");
    return (int) number(said, "original_max_position_embeddings", otherwise);
  }
}
