package io.mla4j.cli.tokenizer;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.data.token.BpeProgress;

/** Shows how far a vocabulary is: first the texts read, then the tokens learned. */
public final class VocabularyProgress implements BpeProgress, AutoCloseable {

  private final Console console;
  private Stage stage = Stage.READING;
  private Progress shown;

  public VocabularyProgress(Console console) {
    this.console = console;
    // How long the texts are shows when they have been read.
    this.shown = Progress.start(console, "reading texts", "characters");
  }

  @Override
  public void report(Stage now, long done, long total) {
    if (now != stage) {
      shown.close();
      shown = Progress.start(console, "joining pairs", "tokens", total);
      stage = now;
    }
    shown.at(done);
  }

  @Override
  public void close() {
    shown.close();
  }
}
