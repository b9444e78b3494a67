package io.mla4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a layer's routed experts, each a SwiGLU network (arXiv 2002.05202).
 *
 * @param gate [I, E] of each expert
 * @param up [I, E] of each expert
 * @param down [E, I] of each expert
 */
public record ExpertMatrices(List<Tensor> gate, List<Tensor> up, List<Tensor> down) {

  /**
   * @throws IllegalArgumentException if there are no experts, or their shapes or types do not fit
   */
  public ExpertMatrices {
    gate = List.copyOf(gate);
    up = List.copyOf(up);
    down = List.copyOf(down);
    if (gate.isEmpty() || up.size() != gate.size() || down.size() != gate.size()) {
      throw new IllegalArgumentException(
          "Experts need as many gates as up and down matrices, one or more, not %d, %d and %d."
              .formatted(gate.size(), up.size(), down.size()));
    }
    Tensor first = gate.getFirst();
    if (first.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "The gate matrix of an expert has the shape [I, E], not " + first.shape() + ".");
    }
    Shape turned = Shape.of(first.shape().dim(1), first.shape().dim(0));
    for (int i = 0; i < gate.size(); i++) {
      require("gate", i, gate.get(i), first, first.shape());
      require("up", i, up.get(i), first, first.shape());
      require("down", i, down.get(i), first, turned);
    }
  }

  private static void require(String what, int expert, Tensor tensor, Tensor first, Shape shape) {
    if (!tensor.shape().equals(shape) || tensor.dtype() != first.dtype()) {
      throw new IllegalArgumentException(
          "The %s matrix of expert %d must be %s of the shape %s, not %s of %s."
              .formatted(what, expert, first.dtype(), shape, tensor.dtype(), tensor.shape()));
    }
  }

  /**
   * Experts that lie in three tensors, of which views are taken.
   *
   * @param gate [X, I, E]
   * @param up [X, I, E]
   * @param down [X, E, I]
   */
  public static ExpertMatrices stacked(Tensor gate, Tensor up, Tensor down) {
    return new ExpertMatrices(slices(gate), slices(up), slices(down));
  }

  private static List<Tensor> slices(Tensor stack) {
    List<Tensor> slices = new ArrayList<>();
    for (long i = 0; i < stack.shape().dim(0); i++) {
      slices.add(stack.narrow(0, i, 1).squeeze(0));
    }
    return slices;
  }

  /** X. */
  public int count() {
    return gate.size();
  }

  /** E. */
  public long width() {
    return gate.getFirst().shape().dim(1);
  }

  /** I. */
  public long inner() {
    return gate.getFirst().shape().dim(0);
  }

  /**
   * Requires tokens, choices and weights that fit these experts.
   *
   * @throws IllegalArgumentException if one does not; choices themselves are not looked at
   */
  public void check(Tensor x, Tensor chosen, Tensor weights) {
    if (x.shape().rank() != 2 || x.shape().dim(1) != width()) {
      throw new IllegalArgumentException(
          "The tokens of these experts have the shape [N, %d], not %s."
              .formatted(width(), x.shape()));
    }
    boolean fits = chosen.shape().rank() == 2 && chosen.shape().dim(0) == x.shape().dim(0);
    if (!fits || chosen.dtype() != DType.INT64 || !weights.shape().equals(chosen.shape())) {
      throw new IllegalArgumentException(
          "%d tokens need chosen experts [%d, K] in INT64 and as many weights, not %s of %s and %s."
              .formatted(
                  x.shape().dim(0),
                  x.shape().dim(0),
                  chosen.dtype(),
                  chosen.shape(),
                  weights.shape()));
    }
  }

  /**
   * The definition of {@link Engine#routedExperts}: each expert with its rows, then a sum by token.
   */
  Tensor apply(Engine engine, Tensor x, Tensor chosen, Tensor weights) {
    check(x, chosen, weights);
    long perToken = chosen.shape().dim(1);
    long[] experts = chosen.toLongs();
    long[] place = new long[experts.length]; // of each pair's row among the results
    List<Tensor> results = new ArrayList<>();
    results.add(engine.zeros(x.dtype(), 1, width())); // of no expert
    long rows = 1;
    for (int expert = 0; expert < count(); expert++) {
      long[] pairs = pairsOf(expert, experts);
      if (pairs.length > 0) {
        for (int i = 0; i < pairs.length; i++) {
          place[(int) pairs[i]] = rows + i;
          pairs[i] /= perToken; // its token
        }
        rows += pairs.length;
        results.add(run(engine, expert, x.indexSelect(0, engine.ofLongs(pairs, pairs.length))));
      }
    }
    Tensor ordered =
        engine.concat(results, 0).indexSelect(0, engine.ofLongs(place, place.length)); // [N K, E]
    Tensor shares = weights.reshape(-1, 1);
    return ordered.mul(shares).reshape(x.shape().dim(0), perToken, width()).sum(1).squeeze(1);
  }

  private Tensor run(Engine engine, int expert, Tensor rows) {
    Tensor inner = engine.swiGlu(rows, gate.get(expert), up.get(expert));
    return engine.linear(inner, down.get(expert), Optional.empty());
  }

  private long[] pairsOf(int expert, long[] experts) {
    List<Long> pairs = new ArrayList<>();
    for (int pair = 0; pair < experts.length; pair++) {
      if (experts[pair] < -1 || experts[pair] >= count()) {
        throw new IllegalArgumentException(
            "A chosen expert is %d, but the layer has the experts 0 to %d, and -1 is none."
                .formatted(experts[pair], count() - 1));
      }
      if (experts[pair] == expert) {
        pairs.add((long) pair);
      }
    }
    return pairs.stream().mapToLong(Long::longValue).toArray();
  }
}
