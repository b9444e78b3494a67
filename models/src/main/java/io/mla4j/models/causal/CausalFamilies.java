package io.mla4j.models.causal;

import io.mla4j.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** The families of causal language models: those of this library, then those on the class path. */
public final class CausalFamilies {

  private CausalFamilies() {}

  static List<CausalFamily> all() {
    List<CausalFamily> families =
        new ArrayList<>(
            List.of(new Llama(), new Qwen2(), new Qwen3(), new DeepSeekV3(), new DeepSeekV2()));
    ServiceLoader.load(CausalFamily.class).forEach(families::add);
    return families;
  }

  /** Whether a configuration is of one of the families. */
  public static boolean isCausal(ObjectNode config) {
    String type = config.path("model_type").asString("");
    return all().stream().anyMatch(family -> family.modelType().equals(type));
  }

  /**
   * The model that a {@code config.json} describes.
   *
   * @param file it was read from, for errors
   * @throws CheckpointException if its family is not known, or what it says cannot be
   */
  static CausalConfig read(Object file, ObjectNode tree) {
    HuggingFaceConfig config = new HuggingFaceConfig(tree);
    String type = config.modelType();
    for (CausalFamily family : all()) {
      if (family.modelType().equals(type)) {
        return read(file, family, config);
      }
    }
    String known = all().stream().map(CausalFamily::modelType).collect(Collectors.joining(", "));
    throw new CheckpointException(
        "%s describes a model of type '%s', and the language models known are %s."
            .formatted(file, type, known));
  }

  private static CausalConfig read(Object file, CausalFamily family, HuggingFaceConfig config) {
    try {
      return family.read(config);
    } catch (IllegalArgumentException impossible) {
      String reason = String.valueOf(impossible.getMessage());
      throw new CheckpointException(
          "%s describes no %s model that can be built: %s"
              .formatted(file, family.modelType(), reason.endsWith(".") ? reason : reason + "."),
          impossible);
    }
  }

  /**
   * The {@code config.json} of a model in the first family that has such.
   *
   * @throws IllegalArgumentException if none has
   */
  public static ObjectNode write(CausalConfig config) {
    for (CausalFamily family : all()) {
      var written = family.write(config);
      if (written.isPresent()) {
        return written.get();
      }
    }
    throw new IllegalArgumentException(
        "No family of models is built like this, so there is no config.json for it; add a"
            + " CausalFamily that writes one.");
  }
}
