package io.mla4j.models.causal;

import io.mla4j.checkpoint.BlockScaled;
import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.FileType;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.checkpoint.TensorEntry;
import io.mla4j.nn.BlockScaledWeight;
import io.mla4j.nn.Parameter;
import io.mla4j.nn.Weight;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * The weights of a causal model's file as its parameters: under the names of single experts or
 * joined as transformers 5 holds them, in any floating type, block-scaled or not.
 */
final class WeightFiles {

  private static final Pattern EXPERT =
      Pattern.compile("(.*\\.experts)\\.(\\d+)\\.(gate|up|down)_proj\\.weight");
  private static final long ALIGNMENT = 64;
  private static final int USUAL_BLOCK = 128;

  private final Safetensors files;
  private final int blockRows;
  private final int blockColumns;

  WeightFiles(Safetensors files, ObjectNode config) {
    this.files = files;
    var block = config.path("quantization_config").path("weight_block_size");
    this.blockRows = block.path(0).asInt(USUAL_BLOCK);
    this.blockColumns = block.path(1).asInt(USUAL_BLOCK);
  }

  /** Checks that there is a tensor for every parameter, in its shape; others are passed over. */
  void requireAll(Map<String, Parameter> parameters) {
    List<String> problems = new ArrayList<>();
    parameters.forEach(
        (name, parameter) -> {
          Optional<Shape> shape = shape(name);
          if (shape.isEmpty()) {
            problems.add(name + " is missing");
          } else if (!shape.get().equals(parameter.shape())) {
            problems.add(name + " is " + shape.get() + " instead of " + parameter.shape());
          }
        });
    if (!problems.isEmpty()) {
      List<String> shown = problems.subList(0, Math.min(3, problems.size()));
      int more = problems.size() - shown.size();
      throw new CheckpointException(
          "The weights in %s are not those of the model: %s%s."
              .formatted(
                  files.path(),
                  String.join("; ", shown),
                  more > 0 ? "; and " + more + " more" : ""));
    }
  }

  private Optional<Shape> shape(String name) {
    if (files.contains(name)) {
      return Optional.of(files.entry(name).shape());
    }
    return joined(name).map(Joined::shape);
  }

  /**
   * A parameter's tensor on an engine, over the file itself where type and place allow it: the file
   * must then stay open as long as the tensor.
   */
  Tensor tensor(String name, DType type, Engine engine) {
    Optional<Joined> joined = files.contains(name) ? Optional.empty() : joined(name);
    if (joined.isPresent()) {
      return joined.get().read(type, engine);
    }
    if (BlockScaled.isScaled(files, name)) {
      return scaled(name, type, engine);
    }
    Optional<MemorySegment> mapped =
        files.entry(name).type().dtype().filter(type::equals).flatMap(same -> files.mapped(name));
    if (mapped.isPresent()) {
      return engine.ofMapped(mapped.get(), type, files.entry(name).shape().toArray());
    }
    return files.read(name, engine, type);
  }

  /** Whether a tensor is of narrow numbers with a scale a block. */
  boolean isScaled(String name) {
    return files.contains(name) && BlockScaled.isScaled(files, name);
  }

  /** The numbers and scales of a block-scaled matrix as they are. */
  Weight scaledWeight(String name, Engine engine) {
    TensorEntry entry = files.entry(name);
    if (entry.type() != FileType.F8_E4M3) {
      throw new CheckpointException(
          "The block-scaled '%s' in %s is of %s, and only F8_E4M3 is kept as stored."
              .formatted(name, files.path(), entry.type()));
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor codes = engine.ofMapped(files.bytes(name), DType.INT8, entry.shape().toArray());
      Tensor scales = files.read(name + BlockScaled.SCALE_SUFFIX, engine, DType.FLOAT32);
      return new BlockScaledWeight(codes, scales, blockRows, blockColumns);
    }
  }

  /** The type engines compute in that comes nearest to that of the file. */
  DType type(String name) {
    return files.contains(name)
        ? files.entry(name).type().dtype().filter(DType::isFloating).orElse(DType.BF16)
        : DType.BF16;
  }

  private Tensor scaled(String name, DType type, Engine engine) {
    BlockScaled source = BlockScaled.of(files, name, blockRows, blockColumns);
    Arena arena = Arena.ofAuto(); // the tensor holds the segment, and that its arena
    long bytes = Math.multiplyExact(source.rows() * source.columns(), type.bytes());
    MemorySegment decoded = arena.allocate(bytes, ALIGNMENT);
    source.decode(0, source.rows(), type, decoded);
    return engine.ofMapped(decoded, type, source.rows(), source.columns());
  }

  private Optional<Joined> joined(String name) {
    Matcher expert = EXPERT.matcher(name);
    if (!expert.matches()) {
      return Optional.empty();
    }
    boolean down = expert.group(3).equals("down");
    String tensor = expert.group(1) + (down ? ".down_proj" : ".gate_up_proj");
    if (!files.contains(tensor)) {
      return Optional.empty();
    }
    Shape all = files.entry(tensor).shape();
    int index = Integer.parseInt(expert.group(2)); // of a parameter's name, so it is one
    if (all.rank() != 3 || index >= all.dim(0)) {
      return Optional.empty();
    }
    int part = expert.group(3).equals("up") ? 1 : 0;
    return Optional.of(new Joined(tensor, index, part, down ? 1 : 2));
  }

  /**
   * One expert's matrix in a tensor [X, parts · O, I] of all.
   *
   * @param part which of the matrices that were joined along the outputs
   */
  private final class Joined {

    private final TensorEntry entry;
    private final int expert;
    private final int part;
    private final Shape shape;

    Joined(String tensor, int expert, int part, int parts) {
      this.entry = files.entry(tensor);
      this.expert = expert;
      this.part = part;
      this.shape = Shape.of(entry.shape().dim(1) / parts, entry.shape().dim(2));
    }

    Shape shape() {
      return shape;
    }

    Tensor read(DType type, Engine engine) {
      FileType stored = entry.type();
      DType own =
          stored
              .dtype()
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          "The joined experts '%s' in %s are of the type %s, which is not read."
                              .formatted(entry.name(), files.path(), stored)));
      long rows = entry.shape().dim(1) * expert + shape.dim(0) * part;
      long width = shape.dim(1) * own.bytes();
      MemorySegment bytes = files.bytes(entry.name()).asSlice(rows * width, shape.dim(0) * width);
      if (own == type) {
        return engine.ofMapped(bytes, type, shape.toArray());
      }
      return TensorScope.call(() -> engine.ofBytes(bytes, own, shape.toArray()).cast(type));
    }
  }
}
