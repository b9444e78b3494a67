package io.mla4j.kernels.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.Samples;
import io.mla4j.kernels.body.AttentionJob;
import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Heads;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PackedAttentionTest {

  /** The longest sequence of a batch is cut into no larger shares than the others. */
  @Test
  void packedWorkIsSharedByItsCost() {
    int[] starts = {0, 10, 20, 30, 1054};
    Heads all = Heads.contiguous(Samples.empty(1054 * 2 * 8), 0, 1, 1054, 2, 8);
    AttentionJob job =
        new AttentionJob(
            all, all, all, Optional.empty(), new Visibility(true, 0, Optional.empty()), 1, all);
    List<List<PackedAttention.Run>> shares = new PackedAttention(job, starts, 32).shares(4, 1);
    double[] costs = shares.stream().mapToDouble(PackedAttentionTest::cost).sorted().toArray();
    double sum = Arrays.stream(costs).sum();
    double largestTask = 32.0 * (1024 + 16) * 16;
    assertTrue(costs[costs.length - 1] <= sum / 32 + largestTask, Arrays.toString(costs));
    long tasks = shares.stream().flatMap(List::stream).mapToLong(r -> r.to() - r.from()).sum();
    assertEquals(2 * (3 + 32), tasks);
  }

  private static double cost(List<PackedAttention.Run> share) {
    double cost = 0;
    for (PackedAttention.Run run : share) {
      for (long task = run.from(); task < run.to(); task++) {
        cost += run.tasks().cost(task);
      }
    }
    return cost;
  }
}
