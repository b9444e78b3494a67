package io.mla4j.telemetry.report;

/** A moment marked in a chart, such as a recovery. */
public record Mark(double x, String label) {}
