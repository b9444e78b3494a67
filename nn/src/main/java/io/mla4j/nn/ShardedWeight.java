package io.mla4j.nn;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Outputs in parts, each a weight of its own form, such as projections that were joined. */
public final class ShardedWeight implements Weight {

  private final List<Weight> shards;

  /**
   * A weight.
   *
   * @param shards [outᵢ, in] each, in the order of the outputs; one or more
   */
  public ShardedWeight(List<Weight> shards) {
    if (shards.isEmpty()) {
      throw new IllegalArgumentException("A sharded weight has one shard or more.");
    }
    long in = shards.getFirst().shape().dim(1);
    if (shards.stream().anyMatch(shard -> shard.shape().dim(1) != in)) {
      throw new IllegalArgumentException("The shards of a weight have as many inputs each.");
    }
    this.shards = List.copyOf(shards);
  }

  @Override
  public Shape shape() {
    return Shape.of(
        shards.stream().mapToLong(shard -> shard.shape().dim(0)).sum(),
        shards.getFirst().shape().dim(1));
  }

  @Override
  public Tensor multiply(Tensor x, Optional<Tensor> bias) {
    List<Tensor> parts = new ArrayList<>();
    long first = 0;
    for (Weight shard : shards) {
      long from = first;
      long count = shard.shape().dim(0);
      parts.add(shard.multiply(x, bias.map(b -> b.narrow(0, from, count))));
      first += count;
    }
    return x.engine().concat(parts, x.shape().rank() - 1);
  }

  @Override
  public Weight rows(long first, long count) {
    List<Weight> parts = new ArrayList<>();
    long start = 0;
    for (Weight shard : shards) {
      long end = start + shard.shape().dim(0);
      long from = Math.max(first, start);
      long to = Math.min(first + count, end);
      if (from < to) {
        parts.add(shard.rows(from - start, to - from));
      }
      start = end;
    }
    return parts.size() == 1 ? parts.getFirst() : new ShardedWeight(parts);
  }

  @Override
  public Tensor dense(DType type) {
    List<Tensor> parts = shards.stream().map(shard -> shard.dense(type)).toList();
    return parts.getFirst().engine().concat(parts, 0);
  }

  @Override
  public Map<String, Parameter> parameters() {
    Map<String, Parameter> all = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String prefix = i + ".";
      shards.get(i).parameters().forEach((name, parameter) -> all.put(prefix + name, parameter));
    }
    return all;
  }

  @Override
  public void prepare() {
    shards.forEach(Weight::prepare);
  }
}
