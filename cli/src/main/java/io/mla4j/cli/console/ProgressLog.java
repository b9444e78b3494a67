package io.mla4j.cli.console;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.OptionalLong;

/** Plain lines, none for a step that is soon done. */
final class ProgressLog implements Progress {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final PrintWriter err;
  private final String task;
  private final String unit;
  private final OptionalLong total;
  private final long start = System.nanoTime();
  private long lastLine = start;

  ProgressLog(PrintWriter err, String task, String unit, OptionalLong total) {
    this.err = err;
    this.task = task;
    this.unit = unit;
    this.total = total;
  }

  @Override
  public void at(long done) {
    long now = System.nanoTime();
    if (done > 0 && now - lastLine >= BETWEEN_LINES.toNanos()) {
      lastLine = now;
      err.println(line(done, (now - start) / 1e9));
    }
  }

  String line(long done, double seconds) {
    String rate = Quantity.rate(done / seconds, unit);
    if (total.isEmpty()) {
      return "%s: %,d %s, %s".formatted(task, done, unit, rate);
    }
    long all = total.getAsLong();
    String left = Quantity.seconds(seconds / done * Math.max(0, all - done));
    return "%s: %,d of %,d %s, %s, %s left".formatted(task, done, all, unit, rate, left);
  }

  @Override
  public void close() {}
}
