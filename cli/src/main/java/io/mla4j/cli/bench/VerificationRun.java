package io.mla4j.cli.bench;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.cli.console.Quantity;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Runs verifications one after the other and prints what each found.
 *
 * @param quick whether a small part of each grid will do
 * @param atOnce checks that run at the same time
 */
record VerificationRun(
    Console console, PrintWriter out, List<Twin> twins, boolean quick, int atOnce) {

  /** Complaints that are kept of one verification; the others are counted. */
  private static final int MOST_COMPLAINTS = 10;

  List<VerificationFigures> run(List<Verification<?>> chosen) {
    List<VerificationFigures> all = new ArrayList<>();
    for (Verification<?> one : chosen) {
      VerificationFigures figures = verify(one);
      all.add(figures);
      print(figures);
    }
    return all;
  }

  private VerificationFigures verify(Verification<?> verification) {
    List<Check> checks = verification.checks(twins, quick);
    try (Progress progress =
        Progress.start(console, verification.name(), "checks", checks.size())) {
      return judge(verification.name(), checks, atOnce, progress::at);
    }
  }

  /**
   * Runs so many checks at once, as the definitions they compare with use one thread each.
   *
   * @param progress is told how many checks are done
   */
  static VerificationFigures judge(
      String name, List<Check> checks, int atOnce, LongConsumer progress) {
    long start = System.nanoTime();
    List<String> complaints = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<Future<Optional<String>>> results =
          checks.stream().map(check -> threads.submit(check::complaint)).toList();
      for (int i = 0; i < results.size(); i++) {
        complaint(results.get(i)).ifPresent(complaints::add);
        progress.accept(i + 1L);
      }
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    long failed = complaints.size();
    return new VerificationFigures(
        name,
        checks.size() - failed,
        failed,
        seconds,
        complaints.stream().limit(MOST_COMPLAINTS).toList());
  }

  private static Optional<String> complaint(Future<Optional<String>> check) {
    try {
      return check.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException("A check ended early.", failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The checks were interrupted.", stopped);
    }
  }

  private void print(VerificationFigures figures) {
    out.println(
        "%s  %,d of %,d passed in %s"
            .formatted(
                figures.name(),
                figures.passed(),
                figures.passed() + figures.failed(),
                Quantity.seconds(figures.seconds())));
    figures.complaints().forEach(complaint -> out.println("  " + complaint));
    if (figures.failed() > figures.complaints().size()) {
      out.println("  and %,d more".formatted(figures.failed() - figures.complaints().size()));
    }
    out.flush();
    console.requireWritten();
  }
}
