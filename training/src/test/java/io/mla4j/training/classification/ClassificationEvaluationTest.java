package io.mla4j.training.classification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures against numbers computed by hand. */
class ClassificationEvaluationTest {

  private ClassificationEvaluation evaluation(long[][] confusion) {
    Calibration.Builder bins = new Calibration.Builder(10);
    bins.add(0.95, true);
    bins.add(0.95, false);
    bins.add(0.55, true);
    bins.add(1.0, true);
    List<String> labels = List.of("a", "b", "c").subList(0, confusion.length);
    return new ClassificationEvaluation(labels, 0.5, confusion, bins.build(), 1);
  }

  @Test
  void accuracyAndF1() {
    ClassificationEvaluation evaluation =
        evaluation(new long[][] {{5, 1, 0}, {2, 2, 0}, {0, 0, 0}});
    assertEquals(10, evaluation.documents());
    assertEquals(0.7, evaluation.accuracy(), 1e-12);
    ClassificationEvaluation.ClassFigures a = evaluation.perClass().get(0);
    assertEquals(5 / 7.0, a.precision(), 1e-12);
    assertEquals(5 / 6.0, a.recall(), 1e-12);
    assertEquals(10 / 13.0, a.f1(), 1e-12);
    ClassificationEvaluation.ClassFigures b = evaluation.perClass().get(1);
    assertEquals(4 / 7.0, b.f1(), 1e-12);
    // Class c neither occurs nor was predicted, so that it has no F1 to count.
    assertEquals((10 / 13.0 + 4 / 7.0) / 2, evaluation.macroF1(), 1e-12);
  }

  @Test
  void calibrationErrorWeighsBinsByTheirSize() {
    // The bin from 0.9 holds 0.95, 0.95 and 1.0, of which two are right; the bin from 0.5 one.
    double top = Math.abs((0.95 + 0.95 + 1.0) / 3 - 2 / 3.0);
    double expected = (3 * top + Math.abs(0.55 - 1)) / 4;
    ClassificationEvaluation evaluation = evaluation(new long[][] {{1, 0}, {0, 1}});
    assertEquals(expected, evaluation.calibration().expectedError(), 1e-12);
  }
}
