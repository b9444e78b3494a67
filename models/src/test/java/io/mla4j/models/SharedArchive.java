package io.mla4j.models;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Archives of {@code shared/data}, which stands beside or above the project where it is at all. */
public final class SharedArchive {

  private SharedArchive() {}

  /** Unpacks an archive, or skips the test that asks for it where it is not there. */
  public static Path unpack(String name, Path into) {
    Optional<Path> archive = find(name + ".tar.gz");
    assumeTrue(archive.isPresent(), "needs shared/data/" + name + ".tar.gz");
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(archive.orElseThrow()));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(bytes))) {
      for (TarArchiveEntry each = tar.getNextEntry(); each != null; each = tar.getNextEntry()) {
        if (each.isFile()) {
          Path file = into.resolve(each.getName());
          Files.createDirectories(file.getParent());
          Files.copy(tar, file);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return into.resolve(name);
  }

  private static Optional<Path> find(String file) {
    Path here = Path.of("").toAbsolutePath();
    return Stream.<Path>iterate(here, folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolve("shared/data").resolve(file))
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
