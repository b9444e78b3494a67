package io.mla4j.telemetry.report;

/** A part of the page that only some tasks have. */
public sealed interface Section permits ScatterPlot, ShareBars, TextSamples {

  /** Names the part in links; one word of lower-case letters. */
  String id();

  String title();

  /** A sentence on how to read it; empty where that is plain. */
  String caption();
}
