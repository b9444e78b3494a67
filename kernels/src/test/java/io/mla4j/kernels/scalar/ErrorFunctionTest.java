package io.mla4j.kernels.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ErrorFunctionTest {

  /** Values computed with 40 digits (mpmath). */
  private static final double[][] KNOWN = {
    {1e-8, 1.1283791670955125599e-8},
    {0.01, 0.011283415555849617151},
    {0.5, 0.52049987781304653768},
    {1, 0.84270079294971486934},
    {1.5, 0.96610514647531072707},
    {2, 0.99532226501895273416},
    {2.5, 0.99959304798255504106},
    {2.9, 0.99995890212190054114},
    {3, 0.99997790950300141456},
    {3.5, 0.99999925690162765859},
    {4.5, 0.99999999980338395585},
    {5.9, 0.9999999999999999281}
  };

  @Test
  void knownValues() {
    for (double[] pair : KNOWN) {
      assertEquals(pair[1], ErrorFunction.erf(pair[0]), Math.abs(pair[1]) * 1e-15 * 2);
      assertEquals(-pair[1], ErrorFunction.erf(-pair[0]), Math.abs(pair[1]) * 1e-15 * 2);
    }
  }

  @Test
  void limits() {
    assertEquals(0, ErrorFunction.erf(0));
    assertEquals(1, ErrorFunction.erf(Double.POSITIVE_INFINITY));
    assertEquals(-1, ErrorFunction.erf(Double.NEGATIVE_INFINITY));
    assertTrue(Double.isNaN(ErrorFunction.erf(Double.NaN)));
  }

  @Test
  void seriesAndFractionMeet() {
    double below = ErrorFunction.erf(Math.nextDown(3.0));
    assertEquals(below, ErrorFunction.erf(3.0), 1e-15);
  }
}
