package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files: each is read correctly or refused in a sentence, and nothing else happens. */
class SafetensorsFuzzTest {

  private static final int CASES = 20_000;

  @TempDir Path folder;

  @Test
  void damageIsReadOrRefused() throws IOException {
    Path original = folder.resolve("original.safetensors");
    SafetensorsWriter.writeSources(
        original, Sources.oneOfEach(), Map.of("format", "pt", "note", "fünf"));
    byte[] bytes = Files.readAllBytes(original);
    int headerEnd = 8 + (int) MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    Random random = new Random(20261122);
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      refused += isRefused(damaged(bytes, headerEnd, random), i) ? 1 : 0;
    }
    assertTrue(refused > CASES / 2, "refused " + refused);
    assertTrue(refused < CASES, "refused " + refused);
  }

  /** Sizes near the right one, and sizes whose product with the width overflows. */
  @Test
  void aSizeIsTakenExactlyWhereItIsTheElements() throws IOException {
    Random random = new Random(20261128);
    int read = 0;
    for (int i = 0; i < CASES / 4; i++) {
      FileType type = FileType.values()[random.nextInt(FileType.values().length)];
      long[] extents = extents(random);
      BigInteger elements = BigInteger.ONE;
      boolean countable = true; // as long as no product on the way exceeds a long
      for (long extent : extents) {
        elements = elements.multiply(BigInteger.valueOf(extent));
        countable &= elements.bitLength() < Long.SIZE;
      }
      BigInteger bits = elements.multiply(BigInteger.valueOf(type.bits()));
      int bytes = Math.max(0, bits.shiftRight(3).intValue() % 5000 + random.nextInt(3) - 1);
      boolean right = countable && bits.equals(BigInteger.valueOf(8L * bytes));
      assertEquals(right, isRead(type, extents, bytes), type + Arrays.toString(extents) + bytes);
      read += right ? 1 : 0;
    }
    assertTrue(read > CASES / 40, "read " + read);
  }

  private static long[] extents(Random random) {
    long[] extents = new long[random.nextInt(4)];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = random.nextInt(8);
    }
    if (extents.length > 0 && random.nextInt(4) == 0) {
      extents[0] = 1L << 56 + random.nextInt(7);
    }
    return extents;
  }

  private boolean isRead(FileType type, long[] extents, int bytes) throws IOException {
    String header =
        "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}"
            .formatted(type.code(), Arrays.toString(extents), bytes);
    Path path = folder.resolve("sized.safetensors");
    Files.deleteIfExists(path);
    Files.write(path, Sources.file(header, bytes));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return file.bytes("w").byteSize() == bytes;
    } catch (CheckpointException refused) {
      assertTrue(refused.getMessage().matches(".* 'w'.*\\."), refused.getMessage());
      return false;
    }
  }

  /** The mutations a broken disk, an aborted copy or an attacker would make. */
  private static byte[] damaged(byte[] bytes, int headerEnd, Random random) {
    byte[] damaged = bytes.clone();
    switch (random.nextInt(5)) {
      case 0 -> damaged[random.nextInt(headerEnd)] = (byte) random.nextInt(256);
      case 1 -> damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      case 3 -> damaged = Arrays.copyOf(damaged, damaged.length + 1 + random.nextInt(64));
      default -> replaceADigit(damaged, headerEnd, random);
    }
    return damaged;
  }

  private static void replaceADigit(byte[] bytes, int headerEnd, Random random) {
    int position = 8 + random.nextInt(headerEnd - 8);
    while (bytes[position] < '0' || bytes[position] > '9') {
      position = position + 1 < headerEnd ? position + 1 : 8;
    }
    bytes[position] = (byte) ('0' + random.nextInt(10));
  }

  private boolean isRefused(byte[] bytes, int number) throws IOException {
    Path path = folder.resolve("damaged.safetensors");
    Files.deleteIfExists(path);
    Files.write(path, bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      long covered = 0;
      for (String name : file.names()) {
        TensorEntry entry = file.entry(name);
        assertEquals(entry.shape().size() * entry.type().bits() / 8, file.bytes(name).byteSize());
        covered += file.bytes(name).toArray(ValueLayout.JAVA_BYTE).length;
      }
      assertTrue(covered < bytes.length, "case " + number);
      return false;
    } catch (CheckpointException refused) {
      String message = refused.getMessage();
      assertTrue(message.contains(path.toString()) && message.endsWith("."), message);
      return true;
    }
  }
}
