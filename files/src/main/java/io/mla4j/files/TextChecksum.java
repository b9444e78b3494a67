package io.mla4j.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * SHA-256 of a row of texts. Each goes in with its length, so that texts cut at other places have
 * another checksum.
 */
public final class TextChecksum {

  private final MessageDigest digest = Checksum.sha256();

  public void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  /** The checksum, in lower-case hexadecimal, of what was added; then it starts anew. */
  public String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
