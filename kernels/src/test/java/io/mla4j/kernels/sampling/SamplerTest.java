package io.mla4j.kernels.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Filters and draws against sorting in float64. */
class SamplerTest {

  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  private final Arena memory = Arena.ofShared();
  private final Kernels kernels = Kernels.start(3);
  private final Sampler sampler = new Sampler(kernels);

  @AfterEach
  void close() {
    kernels.close();
    memory.close();
  }

  private MemorySegment logits(float... values) {
    MemorySegment segment = memory.allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }

  private static float[] gaussian(long seed, int width, double spread) {
    Random random = new Random(seed);
    float[] values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = (float) (random.nextGaussian() * spread);
    }
    return values;
  }

  private static List<SamplingSettings> grid() {
    List<SamplingSettings> grid = new ArrayList<>();
    for (double temperature : new double[] {0.01, 0.7, 1, 20}) {
      for (int topK : new int[] {0, 2, 40}) {
        for (double topP : new double[] {0.1, 0.9, 1}) {
          for (double minP : new double[] {0, 0.05, 1}) {
            grid.add(new SamplingSettings(temperature, topK, topP, minP));
          }
        }
      }
    }
    return grid;
  }

  @Test
  void filtersKeepWhatSortingKeeps() {
    for (int width : new int[] {1, 2, 17, 255, 257, 4097}) {
      for (double spread : new double[] {0.1, 3}) {
        checkAll(gaussian(width, width, spread));
      }
    }
  }

  @Test
  void equalLogitsAreTakenFromTheFirstOn() {
    float[] even = new float[500];
    checkAll(even);
    Candidates three = candidates(SamplingSettings.of(1).withTopK(3), even);
    assertArrayEquals(new int[] {0, 1, 2}, three.tokens());
    float[] steps = new float[1000];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = i % 7 == 0 ? -0f : i % 5;
    }
    checkAll(steps);
    assertArrayEquals(
        new int[] {4, 9, 19}, candidates(SamplingSettings.of(1).withTopK(3), steps).tokens());
    assertArrayEquals(new int[] {4}, sampler.argmax(logits(steps), 1, 1000));
  }

  @Test
  void infiniteAndMissingNumbers() {
    float[] some = {NAN, -INF, 1, 2, NAN, 2, -INF, -Float.MAX_VALUE, 0.5f};
    checkAll(some);
    assertArrayEquals(new int[] {3}, sampler.argmax(logits(some), 1, some.length));
    float[] certain = {NAN, 3, INF, -INF, INF};
    checkAll(certain);
    assertArrayEquals(new int[] {2}, sampler.argmax(logits(certain), 1, 5));
    checkAll(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, 0});
    for (float none : new float[] {NAN, -INF}) {
      MemorySegment rows = logits(1, 2, none, none);
      refused("Row 1 of the logits has no number", () -> sampler.argmax(rows, 2, 2));
      refused("Row 1 of the logits has no number", () -> draw(rows, 2, 2, SamplingSettings.of(1)));
    }
  }

  private void checkAll(float[] row) {
    for (SamplingSettings settings : grid()) {
      Map<Integer, Double> expected = SamplingOracle.candidates(row, settings);
      Candidates actual = candidates(settings, row);
      assertArrayEquals(
          expected.keySet().stream().mapToInt(i -> i).toArray(),
          actual.tokens(),
          () -> settings + " of " + row.length);
      double[] probabilities = expected.values().stream().mapToDouble(p -> p).toArray();
      assertArrayEquals(probabilities, actual.probabilities(), 1e-5);
    }
  }

  private Candidates candidates(SamplingSettings settings, float... row) {
    return sampler.candidates(logits(row), 0, row.length, settings);
  }

  private int[] draw(MemorySegment logits, int rows, int width, SamplingSettings settings) {
    List<SeededDraw> draws = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      draws.add(new SeededDraw(7, row));
    }
    return sampler.sample(logits, rows, width, Collections.nCopies(rows, settings), draws);
  }

  /** Frequencies of 20,000 draws within five standard deviations of the probabilities. */
  @Test
  void drawsFollowTheProbabilities() {
    int count = 20_000;
    float[] one = {1, 0.5f, NAN, 0, -1, 0.5f, -INF, 2};
    float[] all = new float[count * one.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = one[i % one.length];
    }
    MemorySegment rows = logits(all);
    List<SamplingSettings> tried =
        List.of(
            SamplingSettings.of(1),
            SamplingSettings.of(0.5).withTopK(4),
            SamplingSettings.of(2).withTopP(0.8),
            SamplingSettings.of(1.5).withMinP(0.3));
    for (SamplingSettings settings : tried) {
      double[] frequencies = new double[one.length];
      for (int token : draw(rows, count, one.length, settings)) {
        frequencies[token] += 1.0 / count;
      }
      Map<Integer, Double> expected = SamplingOracle.candidates(one, settings);
      for (int token = 0; token < one.length; token++) {
        double p = expected.getOrDefault(token, 0.0);
        double deviation = Math.sqrt(p * (1 - p) / count);
        assertEquals(p, frequencies[token], 5 * deviation, settings + ", token " + token);
      }
    }
  }

  /** Wide rows, where whole blocks are passed over. */
  @Test
  void aDrawIsTheTokenWhereTheSumPassesThePoint() {
    float[] row = gaussian(3, 20_000, 2);
    MemorySegment rows = logits(row);
    for (SamplingSettings settings :
        List.of(SamplingSettings.of(1), SamplingSettings.of(1).withTopP(0.9))) {
      Candidates candidates = candidates(settings, row);
      for (int step = 0; step < 50; step++) {
        SeededDraw draw = new SeededDraw(11, step);
        int token = sampler.sample(rows, 1, 20_000, List.of(settings), List.of(draw))[0];
        double before = 0;
        int at = 0;
        while (candidates.tokens()[at] != token) {
          before += candidates.probabilities()[at++];
        }
        assertEquals(
            draw.uniform(),
            before + candidates.probabilities()[at] / 2,
            1e-5 + candidates.probabilities()[at] / 2);
      }
    }
  }

  @Test
  void aSeedGivesTheSameTokensWhateverTheBatch() {
    int width = 300;
    MemorySegment rows = logits(gaussian(5, 8 * width, 1));
    List<SamplingSettings> settings = Collections.nCopies(8, SamplingSettings.of(1));
    List<SeededDraw> draws = new ArrayList<>();
    for (int row = 0; row < 8; row++) {
      draws.add(new SeededDraw(row, 4));
    }
    int[] together = sampler.sample(rows, 8, width, settings, draws);
    for (int row = 0; row < 8; row++) {
      MemorySegment alone = rows.asSlice(4L * row * width);
      int[] token =
          sampler.sample(alone, 1, width, List.of(settings.get(row)), List.of(draws.get(row)));
      assertEquals(together[row], token[0]);
    }
    assertArrayEquals(
        sampler.argmax(rows, 8, width), draw(rows, 8, width, SamplingSettings.GREEDY));
  }

  @Test
  void occurredTokensBecomeLessLikelyOnce() {
    MemorySegment rows = logits(9, 9, 9, 2, -2, 0, -INF, NAN);
    sampler.penalize(rows, 1, 4, new int[] {0, 2, 0}, 2);
    assertArrayEquals(
        new float[] {9, 9, 9, 2, -4, 0, -INF, NAN}, rows.toArray(ValueLayout.JAVA_FLOAT));
    sampler.penalize(rows, 0, 4, new int[] {3, 3, 1}, 4);
    assertArrayEquals(
        new float[] {9, 2.25f, 9, 0.5f, -4, 0, -INF, NAN}, rows.toArray(ValueLayout.JAVA_FLOAT));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    MemorySegment rows = logits(new float[12]);
    SamplingSettings settings = SamplingSettings.of(1);
    refused("logits reaches element 15", () -> sampler.argmax(rows, 4, 4));
    refused("rows must be 0 or more", () -> sampler.argmax(rows, -1, 4));
    refused("width 1 or more", () -> sampler.argmax(rows, 1, 0));
    refused(
        "The logits must lie in native memory",
        () -> sampler.argmax(MemorySegment.ofArray(new float[4]), 1, 4));
    refused(
        "settings must be one for each of 3 rows, not 1",
        () -> sampler.sample(rows, 3, 4, List.of(settings), List.of()));
    refused(
        "draws must be one for each of 1 rows, not 0",
        () -> sampler.sample(rows, 1, 4, List.of(settings), List.of()));
    refused("row must be 0 or more", () -> sampler.candidates(rows, -1, 4, settings));
    refused(
        "The logits reaches element",
        () -> sampler.candidates(rows, Integer.MAX_VALUE, 4, settings));
    refused("penalty must be above 0", () -> sampler.penalize(rows, 0, 4, new int[0], 0));
    refused("the token 4", () -> sampler.penalize(rows, 0, 4, new int[] {1, 4}, 2));
    refused("logits is read-only", () -> sampler.penalize(rows.asReadOnly(), 0, 4, new int[0], 2));
    refused("temperature must be", () -> SamplingSettings.of(-1));
    refused("temperature must be", () -> SamplingSettings.of(Double.NaN));
    refused("topK must be", () -> settings.withTopK(-1));
    refused("topP must be", () -> settings.withTopP(0));
    refused("minP must be", () -> settings.withMinP(1.5));
  }

  private static void refused(String part, Executable call) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
    assertTrue(message.contains(part) && message.endsWith("."), message);
  }
}
