package io.mla4j.telemetry.report;

import java.util.List;

/** Texts to read, each under what there is to say of it, such as a prompt and what followed. */
public record TextSamples(String id, String title, String caption, List<Sample> samples)
    implements Section {

  /**
   * One of them.
   *
   * @param heading in a few words
   * @param text plain text, shown with its line breaks
   */
  public record Sample(String heading, String text) {}

  public TextSamples {
    samples = List.copyOf(samples);
  }
}
