package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Says why a Parquet file cannot be read: most often it is another file, or only a part of one. */
final class ParquetDamage {

  private static final String MARK = "PAR1";
  private static final String ENCRYPTED = "PARE";

  private ParquetDamage() {}

  /**
   * What is wrong, to be thrown.
   *
   * @param otherwise what to say of a file that starts and ends as it should
   */
  static DataException of(Path file, String otherwise, Exception failure) {
    return new DataException(
        file + " is not a readable Parquet file: " + reason(file, otherwise), failure);
  }

  private static String reason(Path file, String otherwise) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      long end = bytes.length() - MARK.length();
      String first = mark(bytes, 0);
      if (first.equals(ENCRYPTED) || mark(bytes, end).equals(ENCRYPTED)) {
        return "it is encrypted.";
      }
      if (!first.equals(MARK)) {
        return "it does not start with the bytes PAR1, as they all do.";
      }
      return mark(bytes, end).equals(MARK)
          ? otherwise
          : "it is cut short, as it does not end with the bytes PAR1.";
    } catch (IOException failure) {
      return "its bytes cannot be read.";
    }
  }

  private static String mark(RandomAccessFile bytes, long place) throws IOException {
    byte[] mark = new byte[MARK.length()];
    bytes.seek(Math.max(0, place));
    return bytes.read(mark) == mark.length ? new String(mark, StandardCharsets.ISO_8859_1) : "";
  }
}
