package io.mla4j.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Other programs on the same cores: what they take, a figure lacks. */
final class Neighbours {

  /** Cores below which others do not matter. */
  static final double MUCH = 0.25;

  private final Optional<OperatingSystemMXBean> system =
      ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
          ? Optional.of(bean)
          : Optional.empty();

  /** Cores that others used since this was last asked; empty where the system does not say. */
  Optional<Double> cores() {
    return system.flatMap(Neighbours::cores);
  }

  private static Optional<Double> cores(OperatingSystemMXBean system) {
    double all = system.getCpuLoad();
    double ours = system.getProcessCpuLoad();
    if (!(all >= 0) || !(ours >= 0)) {
      return Optional.empty();
    }
    return Optional.of(Math.max(0, all - ours) * system.getAvailableProcessors());
  }
}
