package io.mla4j.data.text;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * What a gzip file holds: its members one after another, each of which must be sound. The JDK's own
 * stream takes a later member with a broken header for the end. Zeros may follow the last member,
 * as tapes and some devices pad files with them.
 */
final class GzipMembers extends InputStream {

  private final BufferedInputStream packed;
  private InputStream member;
  private int number;

  /** Starts with the first member, which must be there. */
  GzipMembers(BufferedInputStream packed) throws IOException {
    this.packed = packed;
    this.member = open();
  }

  private InputStream open() throws IOException {
    number++;
    try {
      return new GzipCompressorInputStream(packed);
    } catch (IOException failure) {
      throw failed(failure);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count = readMember(target, offset, length);
    while (count < 0 && another()) {
      member = open();
      count = readMember(target, offset, length);
    }
    return count;
  }

  private int readMember(byte[] target, int offset, int length) throws IOException {
    try {
      return member.read(target, offset, length);
    } catch (IOException failure) {
      throw failed(failure);
    }
  }

  /** Whether something other than padding follows. */
  private boolean another() throws IOException {
    int next = nextByte();
    if (next == 0) {
      while (next == 0) {
        next = nextByte();
      }
      if (next >= 0) {
        throw new IOException("something that is not gzip follows " + part());
      }
    }
    return next >= 0;
  }

  /** Takes the next byte if it is zero, and looks at it if it is another. */
  private int nextByte() throws IOException {
    packed.mark(1);
    int next = packed.read();
    if (next > 0) {
      packed.reset();
    }
    return next;
  }

  private IOException failed(IOException failure) {
    boolean cut = failure instanceof EOFException;
    return new IOException(part() + (cut ? " is cut short" : " is damaged"), failure);
  }

  private String part() {
    return number == 1 ? "its gzip data" : "part " + number + " of its gzip data";
  }

  @Override
  public void close() throws IOException {
    packed.close();
  }
}
