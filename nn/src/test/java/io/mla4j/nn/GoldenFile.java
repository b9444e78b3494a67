package io.mla4j.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.checkpoint.SafetensorsFile;
import io.mla4j.nn.rotary.YarnScaling;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tensors that make_golden.py wrote: weights, inputs and outputs of another implementation. */
public final class GoldenFile implements AutoCloseable {

  private static final Set<String> NOT_WEIGHTS = Set.of("x", "y", "cos", "sin", "mask");

  private final SafetensorsFile file;
  private final JsonNode config;

  private GoldenFile(Path path) {
    file = SafetensorsFile.open(path);
    config = JsonMapper.shared().readTree(file.metadata().get("config"));
  }

  public static GoldenFile open(String name) {
    return new GoldenFile(folder().resolve(name + ".safetensors"));
  }

  /** The names of the files that begin so. */
  public static List<String> names(String prefix) {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .map(path -> path.getFileName().toString().replace(".safetensors", ""))
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private static Path folder() {
    URL url = GoldenFile.class.getResource("/golden");
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException wrong) {
      throw new IllegalStateException(wrong);
    }
  }

  /** The configuration under Hugging Face's names. */
  public JsonNode config() {
    return config;
  }

  public int size(String key) {
    return config.path(key).asInt(0);
  }

  public Tensor read(String name, Engine engine) {
    return file.read(name, engine);
  }

  /** Overwrites every parameter; the file holds those and no others. */
  public void load(Module module, Engine engine) {
    Set<String> weights = new HashSet<>(file.names());
    weights.removeAll(NOT_WEIGHTS);
    assertEquals(weights, module.namedParameters().keySet());
    module.namedParameters().forEach((name, parameter) -> parameter.set(read(name, engine)));
  }

  /** The scaling that a rope_scaling says, if it is YaRN. */
  public static Optional<YarnScaling> yarn(JsonNode scaling) {
    if (!scaling.path("type").asString("").equals("yarn")) {
      return Optional.empty();
    }
    return Optional.of(
        new YarnScaling(
            scaling.path("factor").doubleValue(),
            scaling.path("original_max_position_embeddings").intValue(),
            scaling.path("beta_fast").asDouble(32),
            scaling.path("beta_slow").asDouble(1),
            scaling.path("mscale").asDouble(0),
            scaling.path("mscale_all_dim").asDouble(0)));
  }

  @Override
  public void close() {
    file.close();
  }
}
