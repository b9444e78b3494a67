package io.mla4j.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * Creates tensors and runs fused operations. The default body of each fused operation is its
 * definition in primitives; an engine overrides it where it is faster.
 */
public interface Engine extends AutoCloseable {

  /** The name users choose this engine by, such as {@code torch}. */
  String name();

  Device device();

  /** The library that computes, with its version; empty where mla4j itself does. */
  default Optional<String> library() {
    return Optional.empty();
  }

  /**
   * Frees what the engine itself holds beside its tensors: threads, and memory kept for reuse. What
   * its library keeps for the whole process, as libtorch does, stays. Models and tensors are closed
   * before; an engine that is closed creates no more.
   */
  @Override
  default void close() {}

  // Creation

  Tensor zeros(DType dtype, long... shape);

  /** A tensor with every element {@code value}; rank 0 where no shape is given. */
  Tensor full(DType dtype, double value, long... shape);

  /** Whole numbers from {@code start} up to and without {@code end}; INT64, rank 1. */
  Tensor arange(long start, long end);

  Tensor ofFloats(float[] elements, long... shape);

  Tensor ofDoubles(double[] elements, long... shape);

  Tensor ofLongs(long[] elements, long... shape);

  Tensor ofBooleans(boolean[] elements, long... shape);

  /**
   * Copies elements laid out row by row in the machine's byte order.
   *
   * @param source exactly as many bytes as the shape and type need
   */
  Tensor ofBytes(MemorySegment source, DType dtype, long... shape);

  /**
   * A tensor over memory that stays the caller's, such as a mapped file of any size: it is only
   * read, and not copied where the engine can do without. Operations in place are refused on it and
   * on its views. The memory must not change, and its arena must stay open, as long as the tensor
   * is used; using it afterwards is refused. Memory that threads other than this one may not read,
   * and Java arrays, are copied.
   *
   * @param source exactly as many bytes as the shape and type need, laid out row by row in the
   *     machine's byte order; it may start at any byte
   */
  default Tensor ofMapped(MemorySegment source, DType dtype, long... shape) {
    return ofBytes(source, dtype, shape);
  }

  /** Joins tensors along a dimension in which alone they may differ. */
  Tensor concat(List<Tensor> tensors, int dimension);

  /** Joins tensors of one shape along a new dimension, put in before {@code dimension}. */
  default Tensor stack(List<Tensor> tensors, int dimension) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("There must be at least one tensor to stack.");
    }
    int rank = tensors.get(0).shape().rank() + 1;
    int axis = dimension < 0 ? dimension + rank : dimension;
    return concat(tensors.stream().map(t -> t.unsqueeze(axis)).toList(), axis);
  }

  // Randomness and differentiation

  /** Whether tensors of this engine can record a graph and be differentiated. */
  default boolean differentiates() {
    return false;
  }

  /** Makes everything random that follows on this engine a function of the seed. */
  void seed(long seed);

  /**
   * Numbers spread evenly from {@code low} up to and, but for rounding, without {@code high}. The
   * same seed gives the same numbers on one engine, not on different ones.
   */
  Tensor uniform(DType dtype, double low, double high, long... shape);

  /** Numbers of a normal distribution; the seed as for {@link #uniform}. */
  Tensor normal(DType dtype, double mean, double deviation, long... shape);

  /** Each element 0 with probability p and else divided by 1 − p, at random. */
  Tensor dropout(Tensor x, double probability);

  /** While the guard is open this thread records no graph. */
  default Guard noGrad() {
    return () -> {};
  }

  /**
   * While the guard is open this thread records no graph, and tensors made now can never take part
   * in one: the cheapest way to infer.
   */
  default Guard inference() {
    return noGrad();
  }

  /**
   * While the guard is open this thread computes products in a shorter type, as {@link Autocast}
   * lists it; to be closed before the backward pass. The engine need not have this.
   */
  default Guard autocast(DType type) {
    throw new UnsupportedOperationException("The " + name() + " engine has no precision scope.");
  }

  /** Ends a mode of the engine when closed. */
  interface Guard extends AutoCloseable {
    @Override
    void close();
  }

  // Fused operations

  /**
   * Runs an operation: with this engine's own body where it has one, else by its definition. This
   * is the way for every new operation; those below are the oldest.
   */
  default <R> R run(FusedOperation<R> operation) {
    return OperationBodies.definition(this, operation);
  }

  /** Exponentials along the last dimension, divided by their sum. */
  default Tensor softmax(Tensor x) {
    Tensor shifted = x.sub(x.max(-1).detach());
    Tensor exponentials = shifted.exp();
    return exponentials.div(exponentials.sum(-1));
  }

  /** The logarithm of {@link #softmax}, without its rounding to zero. */
  default Tensor logSoftmax(Tensor x) {
    Tensor shifted = x.sub(x.max(-1).detach());
    return shifted.sub(shifted.exp().sum(-1).log());
  }

  /** {@code x · Φ(x)} with the exact normal distribution function (arXiv 1606.08415). */
  default Tensor gelu(Tensor x) {
    return x.mul(x.mul(Math.sqrt(0.5)).erf().add(1)).mul(0.5);
  }

  /** {@code x · σ(x)} (arXiv 1702.03118). */
  default Tensor silu(Tensor x) {
    return x.mul(x.sigmoid());
  }

  /**
   * {@code x Wᵀ + b}. Where the weight has another floating type, x is rounded to that type,
   * products are summed in float32 or wider, and the result has x's type: so BF16 weights serve a
   * FLOAT32 residual stream. An engine may round the result to the weight's type before.
   *
   * @param x [..., in]
   * @param weight [out, in]
   * @param bias [out], of any floating type
   * @return [..., out], of x's type
   */
  default Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    DType type = x.dtype().widerOf(weight.dtype());
    Tensor rows = x.cast(weight.dtype()).cast(type);
    Tensor product = rows.matmul(weight.cast(type).transpose(0, 1));
    Tensor result = bias.isPresent() ? product.add(bias.get().cast(type)) : product;
    return result.cast(x.dtype());
  }

  /**
   * Makes ready what {@link #linear} needs of a weight, with all threads, so that its first use
   * does not wait: brings a mapped file's pages into memory, or lays the weight out anew and holds
   * it in that form alone, until it is read otherwise. Nobody uses the weight meanwhile. Engines
   * that need nothing do nothing.
   *
   * @param weight [out, in]
   */
  default void prepareLinear(Tensor weight) {}

  /**
   * {@code silu(x Gᵀ) ⊙ x Uᵀ}, the inner part of a SwiGLU network (arXiv 2002.05202). Types are as
   * in {@link #linear}.
   *
   * @param x [..., in]
   * @param gate [inner, in]
   * @param up [inner, in]
   * @return [..., inner]
   */
  default Tensor swiGlu(Tensor x, Tensor gate, Tensor up) {
    return silu(linear(x, gate, Optional.empty())).mul(linear(x, up, Optional.empty()));
  }

  /**
   * Sends tokens through the experts they were routed to: {@code y[n] = Σ_k weights[n, k] ·
   * expert_{chosen[n, k]}(x[n])}, where an expert is a SwiGLU network {@code W_down (silu(W_gate x)
   * ⊙ W_up x)}. Types are as in {@link #linear}.
   *
   * @param x [N, E]
   * @param chosen [N, K] INT64, each below the number of experts; −1 is none
   * @param weights [N, K], of x's type
   * @return [N, E], of x's type; a token without experts gets zeros
   */
  default Tensor routedExperts(Tensor x, Tensor chosen, Tensor weights, ExpertMatrices experts) {
    return experts.apply(this, x, chosen, weights);
  }

  /**
   * Rows of a table.
   *
   * @param weight [vocabulary, E]
   * @param ids INT64 of any shape
   * @return [ids..., E], of the table's type
   */
  default Tensor embedding(Tensor weight, Tensor ids) {
    Tensor rows = weight.indexSelect(0, ids.reshape(-1));
    return rows.reshape(ids.shape().insert(ids.shape().rank(), weight.shape().dim(1)).toArray());
  }

  /** {@code x / √(mean(x²) + ε) · weight} over the last dimension (arXiv 1910.07467). */
  default Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    return x.div(x.square().mean(-1).add(epsilon).sqrt()).mul(weight);
  }

  /** Zero mean and unit variance over the last dimension, then affine (arXiv 1607.06450). */
  default Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    Tensor centered = x.sub(x.mean(-1));
    Tensor deviation = centered.square().mean(-1).add(epsilon).sqrt();
    return centered.div(deviation).mul(weight).add(bias);
  }

  /**
   * Rotates pairs of elements by angles that grow with the position (arXiv 2104.09864).
   *
   * @param x [B, T, H, P]
   * @param cos [T, P/2] or [B, T, P/2]
   * @param sin the same shape
   * @return [B, T, H, P] in the same layout
   */
  default Tensor rotary(Tensor x, Tensor cos, Tensor sin, RotaryLayout layout) {
    long pairs = x.shape().dim(-1) / 2;
    long batch = cos.shape().rank() == 3 ? cos.shape().dim(0) : 1;
    Tensor c = cos.reshape(batch, cos.shape().dim(-2), 1, pairs);
    Tensor s = sin.reshape(batch, sin.shape().dim(-2), 1, pairs);
    if (layout == RotaryLayout.HALVES) {
      Tensor first = x.narrow(3, 0, pairs); // [B, T, H, P/2]
      Tensor second = x.narrow(3, pairs, pairs);
      return concat(List.of(first.mul(c).sub(second.mul(s)), first.mul(s).add(second.mul(c))), 3);
    }
    Shape shape = x.shape();
    Tensor split = x.reshape(shape.with(3, pairs).insert(4, 2).toArray());
    Tensor first = split.narrow(4, 0, 1).squeeze(4); // [B, T, H, P/2]
    Tensor second = split.narrow(4, 1, 1).squeeze(4);
    Tensor turnedFirst = first.mul(c).sub(second.mul(s)).unsqueeze(4);
    Tensor turnedSecond = first.mul(s).add(second.mul(c)).unsqueeze(4);
    return concat(List.of(turnedFirst, turnedSecond), 4).reshape(shape.toArray());
  }

  /**
   * Scaled dot-product attention. Consecutive query heads share a key and value head where there
   * are fewer of those. A query that sees no key yields zeros. Of packed sequences, in the one row
   * of a batch, each attends to itself alone.
   *
   * @param query [B, T, H, D]
   * @param key [B, S, G, D], G divides H
   * @param value [B, S, G, V]
   * @return [B, T, H, V]
   */
  default Tensor attention(
      Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale) {
    long batch = query.shape().dim(0);
    long queries = query.shape().dim(1);
    long heads = query.shape().dim(2);
    long keys = key.shape().dim(1);
    long groups = key.shape().dim(2);
    long[] grouped = {batch, groups, heads / groups, queries, query.shape().dim(3)};
    Tensor q = query.transpose(1, 2).reshape(grouped);
    Tensor k = key.transpose(1, 2).unsqueeze(2); // [B, G, 1, S, D]
    Tensor v = value.transpose(1, 2).unsqueeze(2); // [B, G, 1, S, V]
    Tensor scores = q.matmul(k.transpose(-1, -2)).mul(scale); // [B, G, H/G, T, S]
    Optional<Tensor> hidden = mask.hidden(this, queries, keys).map(h -> h.unsqueeze(1));
    // A large negative number rather than infinity: a row without keys must not become NaN.
    Tensor masked = hidden.map(h -> scores.maskedFill(h, scores.dtype().lowest())).orElse(scores);
    Tensor all = masked.softmax();
    Tensor probabilities = hidden.map(h -> all.maskedFill(h, 0)).orElse(all);
    return probabilities
        .matmul(v)
        .reshape(batch, heads, queries, value.shape().dim(3))
        .transpose(1, 2);
  }

  /**
   * {@link #attention} over keys and values in blocks of pools, where sequences may have different
   * lengths: query t of a sequence of S tokens stands at its position S − T + t. A query that sees
   * no key, such as every one of an empty sequence, yields zeros.
   *
   * @param query [B, T, H, D], G divides H
   * @param mask over the S tokens of the longest sequence; its positions count from the end of each
   * @return [B, T, H, V]
   */
  default Tensor pagedAttention(
      Tensor query, PagedKeyValues keyValues, AttentionMask mask, double scale) {
    if (keyValues.longest() == 0) {
      long width = keyValues.values().shape().dim(3);
      return zeros(query.dtype(), query.shape().with(3, width).toArray());
    }
    return attention(
        query,
        keyValues.gatheredKeys(query.dtype()),
        keyValues.gatheredValues(query.dtype()),
        keyValues.masked(mask),
        scale);
  }

  /**
   * Multi-head latent attention (arXiv 2405.04434) in whichever form costs less for these lengths.
   *
   * @param queryNope [B, T, H, N]
   * @param queryRotary [B, T, H, P], rotated
   * @return [B, T, H, V]
   */
  default Tensor latentAttention(
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    LatentForm form =
        LatentForm.cheaper(
            queryNope.shape().dim(1), keys.keys(), projections, queryRotary.shape().dim(3));
    return latentAttention(form, queryNope, queryRotary, keys, projections, mask, scale);
  }

  /**
   * Multi-head latent attention in a form of the caller's choice; both give the same numbers.
   * Projections of another type are converted to the queries'.
   */
  default Tensor latentAttention(
      LatentForm form,
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    LatentKeys rows = keys.gathered(queryNope.dtype());
    AttentionMask seen = keys.masked(mask);
    LatentProjections cast = projections.cast(queryNope.dtype());
    return switch (form) {
      case EXPANDED -> expandedLatentAttention(queryNope, queryRotary, rows, cast, seen, scale);
      case ABSORBED -> absorbedLatentAttention(queryNope, queryRotary, rows, cast, seen, scale);
    };
  }

  private Tensor expandedLatentAttention(
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys latents,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    long batch = queryNope.shape().dim(0);
    long heads = projections.heads();
    long keys = latents.keys();
    long nope = projections.nopeDim();
    Tensor rows = projections.weight().reshape(-1, projections.latentRank());
    Tensor expanded =
        linear(latents.latent(), rows, Optional.empty())
            .reshape(batch, keys, heads, nope + projections.valueDim());
    Tensor rotary = latents.rotary().unsqueeze(2); // [B, S, 1, P]
    Tensor shared = rotary.expand(rotary.shape().with(2, heads).toArray());
    Tensor key = concat(List.of(expanded.narrow(3, 0, nope), shared), 3); // [B, S, H, N + P]
    Tensor value = expanded.narrow(3, nope, projections.valueDim()); // [B, S, H, V]
    Tensor query = concat(List.of(queryNope, queryRotary), 3);
    return attention(query, key, value, mask, scale);
  }

  private Tensor absorbedLatentAttention(
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys latents,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    Tensor absorbed =
        queryNope.transpose(1, 2).matmul(projections.key()).transpose(1, 2); // [B, T, H, R]
    Tensor query = concat(List.of(absorbed, queryRotary), 3);
    Tensor key = latents.packed().unsqueeze(2); // [B, S, 1, R + P]
    Tensor value = latents.latent().unsqueeze(2); // [B, S, 1, R]
    Tensor context = attention(query, key, value, mask, scale); // [B, T, H, R]
    return context
        .transpose(1, 2)
        .matmul(projections.value().transpose(1, 2)) // [B, H, T, V]
        .transpose(1, 2);
  }

  /**
   * Chooses a token for each row. The same seed and step draw the same token from the same logits,
   * whatever other rows there are.
   *
   * @param logits [N, V]
   * @param seed of the sequence; all rows share it
   * @param step such as the position of the token
   * @return N tokens
   * @throws IllegalArgumentException if a row leaves no token, as where all its logits are −∞ or
   *     NaN
   */
  default long[] sample(Tensor logits, Sampling sampling, long seed, long step) {
    return sampling.choose(logits, seed, step);
  }
}
