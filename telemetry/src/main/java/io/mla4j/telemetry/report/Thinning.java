package io.mla4j.telemetry.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Long curves cut to a length a page can hold, with their spikes. */
final class Thinning {

  private static final int LIMIT = 1600;

  private Thinning() {}

  /** The points themselves, or the lowest and the highest of each of many equal stretches. */
  static List<Point> of(List<Point> points) {
    if (points.size() <= LIMIT) {
      return points;
    }
    int stretches = LIMIT / 2;
    List<Point> thinned = new ArrayList<>(LIMIT);
    for (int i = 0; i < stretches; i++) {
      int start = (int) ((long) i * points.size() / stretches);
      int end = (int) ((long) (i + 1) * points.size() / stretches);
      addExtremes(thinned, points.subList(start, end));
    }
    return thinned;
  }

  private static void addExtremes(List<Point> thinned, List<Point> stretch) {
    List<Point> finite =
        stretch.stream()
            .filter(point -> Double.isFinite(point.y()))
            .sorted(Comparator.comparingDouble(Point::y))
            .toList();
    if (finite.isEmpty()) {
      thinned.add(stretch.getFirst());
      return;
    }
    Point low = finite.getFirst();
    Point high = finite.getLast();
    thinned.add(low.x() <= high.x() ? low : high);
    if (low.x() != high.x()) {
      thinned.add(low.x() <= high.x() ? high : low);
    }
  }
}
