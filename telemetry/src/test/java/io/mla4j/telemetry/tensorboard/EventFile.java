package io.mla4j.telemetry.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A second, independent reading of event files: generic protocol buffer fields and a slow CRC. */
public final class EventFile {

  private EventFile() {}

  /** The fields of every record, by number, nested messages as bytes. */
  public static List<Map<Integer, List<Object>>> read(Path path) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    List<Map<Integer, List<Object>>> records = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] length = new byte[8];
      file.get(length);
      assertEquals(masked(length), file.getInt());
      byte[] message =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      file.get(message);
      assertEquals(masked(message), file.getInt());
      records.add(fields(message));
    }
    return records;
  }

  /** All scalars of a file as {@code step tag value}. */
  public static List<String> scalars(Path path) throws IOException {
    List<String> scalars = new ArrayList<>();
    for (Map<Integer, List<Object>> event : read(path)) {
      Object step = event.getOrDefault(2, List.of(0L)).getFirst();
      for (Object summary : event.getOrDefault(5, List.of())) {
        for (Object value : fields((byte[]) summary).get(1)) {
          Map<Integer, List<Object>> parts = fields((byte[]) value);
          String tag = text(parts.get(1).getFirst());
          if (parts.containsKey(2)) {
            scalars.add(step + " " + tag + " " + parts.get(2).getFirst());
          }
        }
      }
    }
    return scalars;
  }

  static String text(Object bytes) {
    return new String((byte[]) bytes, StandardCharsets.UTF_8);
  }

  static Map<Integer, List<Object>> fields(byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, List<Object>> fields = new TreeMap<>();
    while (buffer.hasRemaining()) {
      long tag = varint(buffer);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(buffer);
            case 1 -> buffer.getDouble();
            case 5 -> buffer.getFloat();
            case 2 -> {
              byte[] bytes = new byte[(int) varint(buffer)];
              buffer.get(bytes);
              yield bytes;
            }
            default -> throw new AssertionError("wire type " + (tag & 7));
          };
      fields.computeIfAbsent((int) (tag >>> 3), number -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = buffer.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** CRC-32C bit by bit, masked as the TFRecord format says. */
  private static int masked(byte[] bytes) {
    int crc = -1;
    for (byte next : bytes) {
      crc ^= next & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }
}
