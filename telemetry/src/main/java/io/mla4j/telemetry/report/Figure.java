package io.mla4j.telemetry.report;

/**
 * A number at the top of a report.
 *
 * @param value as it is to be read, with its unit
 * @param hint what it means or compares with; may be empty
 */
public record Figure(String label, String value, String hint) {}
