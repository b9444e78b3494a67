package io.mla4j.telemetry.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The running median of a noisy curve: it does not lag behind a slope, and single spikes do not
 * move it.
 */
final class Trend {

  private static final int SHORTEST = 60;
  private static final int LIMIT = 400;
  private static final int LEAST_REACH = 2;

  private Trend() {}

  /** The median around some of the points, of those with a finite value; none of a short curve. */
  static List<Point> of(List<Point> points) {
    List<Point> finite = points.stream().filter(point -> Double.isFinite(point.y())).toList();
    if (finite.size() <= SHORTEST) {
      return List.of();
    }
    int count = Math.min(LIMIT, finite.size());
    List<Point> trend = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int middle = (int) ((long) i * (finite.size() - 1) / (count - 1));
      trend.add(new Point(finite.get(middle).x(), median(finite, middle)));
    }
    return trend;
  }

  private static double median(List<Point> points, int middle) {
    int last = points.size() - 1;
    // As far to both sides, so that a slope is not pulled to one of them.
    int room = Math.min(middle, last - middle);
    int reach = Math.max(LEAST_REACH, Math.min(points.size() / SHORTEST, room));
    double[] near =
        points.subList(Math.max(0, middle - reach), Math.min(last, middle + reach) + 1).stream()
            .mapToDouble(Point::y)
            .sorted()
            .toArray();
    int half = near.length / 2;
    return near.length % 2 == 1 ? near[half] : (near[half - 1] + near[half]) / 2;
  }
}
