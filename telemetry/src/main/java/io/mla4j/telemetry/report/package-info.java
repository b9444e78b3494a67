/**
 * The page that shows a finished run: one HTML file that needs nothing else.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.telemetry.report.ReportContent}: everything the page says, as records.
 *       {@link io.mla4j.telemetry.report.RunCharts} makes its curves from a run's events.
 *   <li>{@link io.mla4j.telemetry.report.Report}: writes the page. {@code ReportPage} is its
 *       outline; {@code Overview}, {@code ClassSections}, {@code TaskSections} and {@code
 *       SampleSection} are its parts.
 *   <li>{@code ChartData}: what the page's scripts draw; {@code Thinning} and {@code Trend} prepare
 *       its curves. They, and its style, are resources of this package: {@code page.js}, {@code
 *       line-chart.js}, {@code confusion.js}, {@code calibration.js} and {@code report.css}.
 * </ol>
 */
@NullMarked
package io.mla4j.telemetry.report;

import org.jspecify.annotations.NullMarked;
