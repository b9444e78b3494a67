package io.mla4j.data.sets;

import io.mla4j.data.DataException;
import io.mla4j.data.text.ReadFailure;
import io.mla4j.files.Checksum;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Files of a folder or a {@code .tar.gz}, in memory.
 *
 * @param files contents by path, with forward slashes
 */
record OriginalFiles(Path from, SortedMap<String, byte[]> files) {

  private static final int DEPTH = 8;

  /** Which files to read, told before a byte of theirs is in memory. */
  interface Wanted {
    boolean test(String path, long bytes);
  }

  /**
   * Reads the files whose path and size are wanted.
   *
   * @throws DataException if the folder or archive is missing or cannot be read
   */
  static OriginalFiles read(Path from, Wanted wanted) {
    if (!Files.exists(from)) {
      throw new DataException("There is no file or folder " + from.toAbsolutePath() + ".");
    }
    try {
      return new OriginalFiles(
          from, Files.isDirectory(from) ? folder(from, wanted) : archive(from, wanted));
    } catch (IOException | UncheckedIOException failure) {
      throw ReadFailure.of(from.toString(), failure);
    }
  }

  private static SortedMap<String, byte[]> folder(Path folder, Wanted wanted) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder.toAbsolutePath(), DEPTH)) {
      for (Path path : paths.toList()) {
        String name = path.toString().replace('\\', '/');
        if (Files.isRegularFile(path) && wanted.test(name, Files.size(path))) {
          files.put(name, Files.readAllBytes(path));
        }
      }
    }
    return files;
  }

  private static SortedMap<String, byte[]> archive(Path archive, Wanted wanted) throws IOException {
    String name = archive.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".tar.gz") && !name.endsWith(".tgz")) {
      throw new DataException(archive + " must be a folder or a .tar.gz or .tgz archive.");
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(bytes))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && wanted.test("/" + entry.getName(), entry.getSize())) {
          files.put("/" + entry.getName(), tar.readAllBytes());
        }
      }
    }
    return files;
  }

  /**
   * The one file that ends in a path, which must have the known checksum.
   *
   * @throws DataException if there is none or it differs
   */
  byte[] require(KnownFile known) {
    List<byte[]> found =
        files.entrySet().stream()
            .filter(entry -> entry.getKey().endsWith("/" + known.path()))
            .map(Map.Entry::getValue)
            .toList();
    if (found.isEmpty()) {
      throw new DataException(
          "%s holds no %s of at most %,d bytes; it must be the data set's original files."
              .formatted(from, known.path(), known.bytes()));
    }
    byte[] contents = found.stream().filter(known::is).findFirst().orElse(found.getFirst());
    known.require(known.path() + " in " + from, contents.length, Checksum.of(contents));
    return contents;
  }
}
