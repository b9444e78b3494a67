package io.mla4j.cli.train;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a JVM of its own with this test's class path. */
final class ChildJvm {

  private ChildJvm() {}

  static Process start(Path log, List<String> jvmFlags, String mainClass, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-XX:+UseSerialGC");
    command.addAll(jvmFlags);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator));
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // With an arena a thread, glibc keeps freed memory in as many places.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }
}
