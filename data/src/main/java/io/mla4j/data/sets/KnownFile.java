package io.mla4j.data.sets;

import io.mla4j.data.DataException;
import io.mla4j.files.Checksum;

/**
 * An original file of a data set.
 *
 * @param path how its path ends, with forward slashes
 * @param bytes its size
 * @param sha256 of its bytes
 */
record KnownFile(String path, long bytes, String sha256) {

  /**
   * Requires what was found to be this file.
   *
   * @throws DataException naming what was found, if it differs
   */
  void require(String found, long foundBytes, String foundSha256) {
    if (foundBytes != bytes || !foundSha256.equals(sha256)) {
      throw new DataException(
          "%s is not as published: %,d bytes with SHA-256 %s where %,d bytes with %s are expected; get it anew."
              .formatted(found, foundBytes, foundSha256, bytes, sha256));
    }
  }

  boolean is(byte[] contents) {
    return contents.length == bytes && Checksum.of(contents).equals(sha256);
  }
}
