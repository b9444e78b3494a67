package io.mla4j.training.regression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CorrelationTest {

  private static final double[] LEFT = {1.5, 2, 2, 7, 3.25, -1};
  private static final double[] RIGHT = {0, 1, 4, 3, 3, -2};

  /** Numbers from scipy.stats 1.17: pearsonr, with its confidence interval, and spearmanr. */
  @Test
  void agreesWithScipy() {
    Correlation pearson = Correlation.pearson(LEFT, RIGHT);
    assertEquals(0.6948430977060173, pearson.value(), 1e-12);
    assertEquals(-0.2676456220809874, pearson.interval().low(), 1e-12);
    assertEquals(0.9632309665185204, pearson.interval().high(), 1e-12);
    assertEquals(0.7352941176470588, Correlation.spearman(LEFT, RIGHT).value(), 1e-12);
  }

  /** Of 1,000 samples of a known correlation, about 95 in 100 intervals hold it. */
  @Test
  void theIntervalHoldsTheTruthAsOftenAsItSays() {
    Random random = new Random(5);
    double truth = 0.6;
    int held = 0;
    for (int sample = 0; sample < 1_000; sample++) {
      double[] x = new double[50];
      double[] y = new double[50];
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextGaussian();
        y[i] = truth * x[i] + Math.sqrt(1 - truth * truth) * random.nextGaussian();
      }
      Correlation.Interval interval = Correlation.pearson(x, y).interval();
      held += interval.low() < truth && truth < interval.high() ? 1 : 0;
    }
    assertEquals(950, held, 25);
  }

  @Test
  void whatDoesNotVaryGoesWithNothing() {
    assertEquals(0, Correlation.pearson(new double[] {1, 1, 1}, new double[] {1, 2, 3}).value());
    assertThrows(
        IllegalArgumentException.class, () -> Correlation.pearson(new double[2], new double[3]));
  }
}
