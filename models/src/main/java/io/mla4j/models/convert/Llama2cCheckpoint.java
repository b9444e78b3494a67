package io.mla4j.models.convert;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.FileType;
import io.mla4j.checkpoint.TensorSource;
import io.mla4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A legacy checkpoint of llama2.c (version 0 of its {@code export.py}, what {@code run.c} reads),
 * mapped: a header, then float32 weights without names, one kind after another for all layers. See
 * <a href="https://github.com/karpathy/llama2.c">karpathy/llama2.c</a>.
 */
public final class Llama2cCheckpoint implements AutoCloseable {

  private static final int MAGIC = 0x616b3432; // "ak42", with which its later versions begin
  private static final String LAYER = "model.layers.%d.%s.weight";

  private final Llama2cHeader header;
  private final Map<String, TensorSource> weights;
  private final Arena arena;

  private Llama2cCheckpoint(Llama2cHeader header, Map<String, TensorSource> weights, Arena arena) {
    this.header = header;
    this.weights = weights;
    this.arena = arena;
  }

  /**
   * Opens a checkpoint.
   *
   * @throws CheckpointException if the file is missing, cut short, or something else
   */
  public static Llama2cCheckpoint open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException("There is no checkpoint file " + path + ".");
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment file = map(path, arena);
      Llama2cHeader header = header(path, file);
      requireSize(path, file.byteSize(), header);
      return new Llama2cCheckpoint(header, new Layout(file, header).weights(), arena);
    } catch (RuntimeException failure) {
      arena.close();
      throw failure;
    }
  }

  private static MemorySegment map(Path path, Arena arena) {
    try (FileChannel channel = FileChannel.open(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException failure) {
      throw new CheckpointException(
          "The checkpoint " + path + " cannot be read: " + failure.getMessage() + ".", failure);
    }
  }

  private static Llama2cHeader header(Path path, MemorySegment file) {
    if (file.byteSize() < Llama2cHeader.BYTES) {
      throw new CheckpointException(
          "The checkpoint %s has %,d bytes, fewer than the header of a llama2.c checkpoint."
              .formatted(path, file.byteSize()));
    }
    int[] first = Llama2cHeader.integers(file, 2);
    if (first[0] == MAGIC) {
      throw new CheckpointException(
          "The checkpoint %s is of llama2.c's version %d, and only the legacy version 0 is read;"
                  .formatted(path, first[1])
              + " export it again with --version 0.");
    }
    try {
      return Llama2cHeader.read(file);
    } catch (IllegalArgumentException impossible) {
      throw new CheckpointException(
          "The file %s is no legacy checkpoint of llama2.c: %s."
              .formatted(path, impossible.getMessage()),
          impossible);
    }
  }

  private static void requireSize(Path path, long bytes, Llama2cHeader header) {
    long needed;
    try {
      needed = header.fileBytes();
    } catch (ArithmeticException impossible) {
      throw new CheckpointException(
          "The file %s is no legacy checkpoint of llama2.c: no file holds sizes as it begins with, %s."
              .formatted(path, header.sizes()),
          impossible);
    }
    if (bytes != needed) {
      throw new CheckpointException(
          "The file %s has %,d bytes and a legacy checkpoint of llama2.c with its sizes (%s) has"
                  .formatted(path, bytes, header.sizes())
              + " %,d: it is %s."
                  .formatted(needed, bytes < needed ? "cut short, or of another kind" : "another"));
    }
  }

  public Llama2cHeader header() {
    return header;
  }

  /**
   * The weights under Hugging Face's names, each read when it is written. Rows of queries and keys
   * are in the order of rotary pairs in halves.
   */
  public Map<String, TensorSource> weights() {
    return weights;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Goes through the file in its order. */
  private static final class Layout {

    private final MemorySegment file;
    private final Llama2cHeader header;
    private final Map<String, TensorSource> weights = new LinkedHashMap<>();
    private long at = Llama2cHeader.BYTES;

    Layout(MemorySegment file, Llama2cHeader header) {
      this.file = file;
      this.header = header;
    }

    Map<String, TensorSource> weights() {
      int dim = header.dim();
      int keys = header.keyValueDim();
      int inner = header.hiddenDim();
      add("model.embed_tokens.weight", Shape.of(header.vocabSize(), dim));
      addLayers("input_layernorm", Shape.of(dim));
      addRotated("self_attn.q_proj", header.heads());
      addRotated("self_attn.k_proj", header.keyValueHeads());
      addLayers("self_attn.v_proj", Shape.of(keys, dim));
      addLayers("self_attn.o_proj", Shape.of(dim, dim));
      addLayers("post_attention_layernorm", Shape.of(dim));
      addLayers("mlp.gate_proj", Shape.of(inner, dim));
      addLayers("mlp.down_proj", Shape.of(dim, inner));
      addLayers("mlp.up_proj", Shape.of(inner, dim));
      add("model.norm.weight", Shape.of(dim));
      // Tables of cosines and sines, which run.c passes over too.
      at += (long) header.seqLen() * header.headDim() * Float.BYTES;
      if (header.ownClassifier()) {
        add("lm_head.weight", Shape.of(header.vocabSize(), dim));
      }
      return weights;
    }

    private void addLayers(String name, Shape shape) {
      for (int layer = 0; layer < header.layers(); layer++) {
        add(LAYER.formatted(layer, name), shape);
      }
    }

    private void add(String name, Shape shape) {
      weights.put(name, TensorSource.of(FileType.F32, shape, next(shape)));
    }

    private void addRotated(String name, int heads) {
      Shape shape = Shape.of((long) heads * header.headDim(), header.dim());
      for (int layer = 0; layer < header.layers(); layer++) {
        MemorySegment rows = next(shape);
        weights.put(
            LAYER.formatted(layer, name),
            new TensorSource(FileType.F32, shape, arena -> halves(rows, heads, arena)));
      }
    }

    private MemorySegment next(Shape shape) {
      long bytes = FileType.F32.bytes(shape);
      MemorySegment slice = file.asSlice(at, bytes);
      at += bytes;
      return slice;
    }

    /**
     * Rows 2i and 2i + 1 of a head, which turn together in llama2.c, become its rows i and D/2 + i,
     * which do in Hugging Face's Llama.
     */
    private MemorySegment halves(MemorySegment rows, int heads, Arena arena) {
      long rowBytes = (long) header.dim() * Float.BYTES;
      int half = header.headDim() / 2;
      MemorySegment turned = arena.allocate(rows.byteSize(), Float.BYTES);
      for (int head = 0; head < heads; head++) {
        long start = (long) head * header.headDim();
        for (int i = 0; i < half; i++) {
          copy(rows, start + 2L * i, turned, start + i, rowBytes);
          copy(rows, start + 2L * i + 1, turned, start + half + i, rowBytes);
        }
      }
      return turned;
    }

    private static void copy(
        MemorySegment from, long fromRow, MemorySegment to, long toRow, long rowBytes) {
      MemorySegment.copy(from, fromRow * rowBytes, to, toRow * rowBytes, rowBytes);
    }
  }
}
