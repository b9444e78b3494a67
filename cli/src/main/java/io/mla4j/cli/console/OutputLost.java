package io.mla4j.cli.console;

/** What a command printed did not arrive. */
public final class OutputLost extends RuntimeException {

  private static final long serialVersionUID = 1;

  OutputLost() {
    super(
        "Standard output takes no more, as on a full disk or after its reader ended; what was"
            + " printed is incomplete.");
  }
}
