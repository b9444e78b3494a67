package io.mla4j.tasks;

import io.mla4j.data.token.BpeProgress;
import java.util.OptionalLong;

/** Tells a listener how far a vocabulary is: first the texts read, then the tokens learnt. */
public final class VocabularyStages implements BpeProgress, AutoCloseable {

  private final RunListener listener;
  private Stage stage = Stage.READING;
  private RunListener.Stage shown;

  public VocabularyStages(RunListener listener) {
    this.listener = listener;
    // How long the texts are shows when they have been read.
    this.shown = listener.stage("reading texts", "characters", OptionalLong.empty());
  }

  @Override
  public void report(Stage now, long done, long total) {
    if (now != stage) {
      shown.close();
      shown = listener.stage("joining pairs", "tokens", OptionalLong.of(total));
      stage = now;
    }
    shown.at(done);
  }

  @Override
  public void close() {
    shown.close();
  }
}
