package io.mla4j.models.convert;

import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.NetworksConfig;
import io.mla4j.models.causal.RotaryPositions;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.tensor.RotaryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The seven numbers that a legacy checkpoint of llama2.c begins with.
 *
 * @param dim E, width of the model
 * @param hiddenDim inner width of the networks
 * @param heads of the queries; E is a multiple of them, with an even width a head
 * @param keyValueHeads of which the heads are a multiple
 * @param vocabSize V, tokens
 * @param ownClassifier whether the scores have weights of their own; else they are the token
 *     vectors
 * @param seqLen tokens of the longest context
 */
public record Llama2cHeader(
    int dim,
    int hiddenDim,
    int layers,
    int heads,
    int keyValueHeads,
    int vocabSize,
    boolean ownClassifier,
    int seqLen) {

  static final long BYTES = 7 * Integer.BYTES;

  // As run.c has them: no file says either.
  private static final double ROPE_THETA = 10_000;
  private static final double NORM_EPSILON = 1e-5;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Llama2cHeader {
    if (dim < 1
        || hiddenDim < 1
        || layers < 1
        || heads < 1
        || keyValueHeads < 1
        || vocabSize < 1
        || seqLen < 1) {
      throw new IllegalArgumentException("not all of its sizes are 1 or more");
    }
    if (dim % heads != 0 || dim / heads % 2 != 0) {
      throw new IllegalArgumentException(
          "a width of %d does not make %d heads of an even width".formatted(dim, heads));
    }
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "%d heads do not share %d heads of keys and values".formatted(heads, keyValueHeads));
    }
  }

  /**
   * Reads the header.
   *
   * @throws IllegalArgumentException with a clause that says what cannot be
   */
  static Llama2cHeader read(MemorySegment file) {
    int[] numbers = integers(file, 7);
    return new Llama2cHeader(
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        Math.abs(numbers[5]),
        numbers[5] < 0,
        numbers[6]);
  }

  /** The first integers of a file. */
  static int[] integers(MemorySegment file, int count) {
    return file.asSlice(0, (long) count * Integer.BYTES).toArray(INT);
  }

  int headDim() {
    return dim / heads;
  }

  /** Rows of the matrices that make keys and values. */
  int keyValueDim() {
    return headDim() * keyValueHeads;
  }

  /** The model it describes, with rotary pairs in halves. */
  CausalConfig config() {
    return new CausalConfig(
        vocabSize,
        dim,
        layers,
        new DenseConfig(heads, keyValueHeads, headDim(), false, false, 0, true, 0),
        NetworksConfig.dense(hiddenDim),
        new RotaryPositions(ROPE_THETA, RotaryLayout.HALVES, Optional.empty(), seqLen),
        NORM_EPSILON,
        !ownClassifier);
  }

  /**
   * Bytes of a whole checkpoint of these sizes.
   *
   * @throws ArithmeticException if no file is as large
   */
  long fileBytes() {
    long table = Math.multiplyExact((long) vocabSize, dim);
    long attention = 2L * Math.multiplyExact(dim, (long) dim + keyValueDim());
    long networks = Math.multiplyExact(3L * hiddenDim, dim);
    long layer = Math.addExact(Math.addExact(attention, networks), 2L * dim);
    long rest = dim + Math.multiplyExact((long) seqLen, headDim());
    long floats = Math.addExact(Math.multiplyExact(layer, layers), Math.addExact(table, rest));
    long all = ownClassifier ? Math.addExact(floats, table) : floats;
    return Math.addExact(Math.multiplyExact(all, Float.BYTES), BYTES);
  }

  /** The sizes for an error. */
  String sizes() {
    return "width %,d, inner width %,d, %,d layers, %,d and %,d heads, %,d tokens, context %,d"
        .formatted(dim, hiddenDim, layers, heads, keyValueHeads, vocabSize, seqLen);
  }
}
