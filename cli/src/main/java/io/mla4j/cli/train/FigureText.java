package io.mla4j.cli.train;

import java.util.Map;
import java.util.stream.Collectors;

/** An evaluation's figures on one line. */
final class FigureText {

  private static final Map<String, String> SHARES =
      Map.of("accuracy", "accuracy", "macroF1", "macro-F1");
  private static final String LEFT_OUT = "expectedCalibrationError";

  private FigureText() {}

  /** {@code loss 0.1234, accuracy 93.10 %}; shares in percent, the others as they are. */
  static String of(Map<String, Double> figures) {
    return figures.entrySet().stream()
        .filter(figure -> !figure.getKey().equals(LEFT_OUT))
        .map(figure -> text(figure.getKey(), figure.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String text(String name, double value) {
    String share = SHARES.get(name);
    return share == null
        ? "%s %.4f".formatted(name, value)
        : "%s %.2f %%".formatted(share, 100 * value);
  }
}
