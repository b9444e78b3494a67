package io.mla4j.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged; {@code logback.xml} says where to. */
final class Logging {

  private Logging() {}

  /** 0 for warnings, 1 for what is going on, 2 for details. */
  static void verbosity(int times) {
    if (times > 0 && LoggerFactory.getLogger("io.mla4j") instanceof Logger logger) {
      logger.setLevel(times == 1 ? Level.INFO : Level.DEBUG);
    }
  }
}
