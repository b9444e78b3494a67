package io.mla4j.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/**
 * The JVM this runs in.
 *
 * @param missingFlags flags it was not started with, and what that costs
 */
record JavaRuntime(String version, String vendor, String home, List<MissingFlag> missingFlags) {

  /** A flag the launcher sets. */
  record MissingFlag(String flag, String cost) {}

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  static JavaRuntime look() {
    return new JavaRuntime(
        System.getProperty("java.vm.version", "unknown"),
        System.getProperty("java.vendor", "unknown"),
        System.getProperty("java.home", "unknown"),
        missing());
  }

  private static List<MissingFlag> missing() {
    List<MissingFlag> missing = new ArrayList<>();
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      missing.add(
          new MissingFlag(
              "--add-modules=" + VECTOR_MODULE,
              "the native engine multiplies about ten times slower"));
    }
    if (!JavaRuntime.class.getModule().isNativeAccessEnabled()) {
      missing.add(
          new MissingFlag(
              "--enable-native-access=ALL-UNNAMED",
              "the JVM warns when libraries load, and later versions will refuse"));
    }
    return List.copyOf(missing);
  }
}
