package io.mla4j.telemetry.report;

import io.mla4j.files.AtomicFile;
import java.nio.file.Path;

/**
 * Writes the report of a run as one HTML file that loads nothing: it can be opened from disk, sent
 * by mail, and read on a phone.
 */
public final class Report {

  private Report() {}

  /**
   * Writes the page.
   *
   * @throws java.io.UncheckedIOException if the file cannot be written; then it is unchanged
   */
  public static void write(Path file, ReportContent content) {
    AtomicFile.writeString(file, ReportPage.render(content));
  }
}
