package io.mla4j.telemetry.report;

/**
 * A point of a curve.
 *
 * @param y where it is not finite, the curve has a gap
 */
public record Point(double x, double y) {}
