package io.mla4j.nativeengine;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.expert.Expert;
import io.mla4j.kernels.expert.ExpertWeights;
import io.mla4j.kernels.expert.RoutedExperts;
import io.mla4j.kernels.expert.Routing;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.ExpertMatrices;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Routed experts, whose weights are held as {@link Linear} holds them. */
final class Experts {

  private final RoutedExperts kernels;
  private final Linear linear;

  Experts(Kernels kernels, Linear linear) {
    this.kernels = new RoutedExperts(kernels, linear.products());
    this.linear = linear;
  }

  /** The result of tokens [N, E] that fit the experts, in their type. */
  Tensor run(NativeTensor x, NativeTensor chosen, NativeTensor shares, ExpertMatrices matrices) {
    long[] experts = chosen.toLongs();
    check(experts, matrices.count());
    int[] used = Arrays.stream(experts).filter(e -> e >= 0).mapToInt(Math::toIntExact).toArray();
    int[] distinct = Arrays.stream(used).distinct().sorted().toArray();
    if (distinct.length == 0) {
      return x.engine().zeros(x.dtype(), x.shape().toArray());
    }
    try (Temporaries temporaries = new Temporaries();
        Ready ready = new Ready(distinct, matrices)) {
      NativeTensor floats = temporaries.rowMajor(temporaries.floats(x));
      NativeTensor weights = temporaries.rowMajor(temporaries.floats(shares));
      NativeTensor places = temporaries.empty(x.engine(), DType.INT32, chosen.shape());
      writePlaces(experts, distinct, places.memory());
      Routing routing =
          new Routing(
              places.memory(),
              weights.memoryFromStart(),
              x.shape().dim(0),
              Math.toIntExact(chosen.shape().dim(1)));
      NativeTensor out = temporaries.empty(x.engine(), DType.FLOAT32, x.shape());
      kernels.run(floats.memoryFromStart(), routing, ready.weights(), out.memory());
      return result(x, out);
    }
  }

  /** A tensor of its own in the scope, as temporaries are closed. */
  private static Tensor result(NativeTensor x, NativeTensor out) {
    NativeTensor result = x.engine().empty(x.dtype(), x.shape());
    x.engine().copying().copy(out, result);
    return result;
  }

  private static void check(long[] experts, int count) {
    for (long expert : experts) {
      if (expert < -1 || expert >= count) {
        throw new IllegalArgumentException(
            "A chosen expert is %d, but the layer has the experts 0 to %d, and -1 is none."
                .formatted(expert, count - 1));
      }
    }
  }

  /** Where each pair's expert is among those that are used. */
  private static void writePlaces(long[] experts, int[] used, MemorySegment places) {
    for (int pair = 0; pair < experts.length; pair++) {
      int place = experts[pair] < 0 ? -1 : Arrays.binarySearch(used, (int) experts[pair]);
      places.setAtIndex(JAVA_INT, pair, place);
    }
  }

  /** The weights of the experts that have tokens, which are given back together. */
  private final class Ready implements AutoCloseable {

    private final List<PackedWeight> held = new ArrayList<>();
    private final ExpertWeights weights;

    Ready(int[] used, ExpertMatrices matrices) {
      List<Expert> experts = new ArrayList<>();
      try {
        for (int i : used) {
          experts.add(
              new Expert(
                  hold(matrices.gate().get(i)),
                  hold(matrices.up().get(i)),
                  hold(matrices.down().get(i))));
        }
        this.weights = new ExpertWeights(experts);
      } catch (RuntimeException | Error failure) {
        close();
        throw failure;
      }
    }

    private PackedWeights hold(Tensor matrix) {
      PackedWeight weight = linear.ready(NativeTensor.of(matrix));
      held.add(weight);
      return weight.weights();
    }

    ExpertWeights weights() {
      return weights;
    }

    @Override
    public void close() {
      held.forEach(PackedWeight::close);
    }
  }
}
