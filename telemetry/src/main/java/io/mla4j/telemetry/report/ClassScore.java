package io.mla4j.telemetry.report;

/**
 * How well one class is recognised; fractions from 0 to 1.
 *
 * @param support examples of the class
 */
public record ClassScore(String label, double precision, double recall, double f1, long support) {}
