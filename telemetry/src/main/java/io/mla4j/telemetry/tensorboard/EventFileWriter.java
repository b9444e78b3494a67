package io.mla4j.telemetry.tensorboard;

import io.mla4j.telemetry.journal.Journal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Writes an event file for TensorBoard: records of a length, a checksum of the length, a message,
 * and a checksum of the message, little-endian (the TFRecord format). A record is in the file when
 * the method that writes it returns.
 */
public final class EventFileWriter implements AutoCloseable {

  private static final String PREFIX = "events.out.tfevents.";
  private static final String SUFFIX = ".mla4j";
  private static final int CRC_MASK_DELTA = 0xa282ead8;
  private static final int FRAME_BYTES = Long.BYTES + 2 * Integer.BYTES;

  private final Journal journal;

  private EventFileWriter(Journal journal) {
    this.journal = journal;
  }

  /**
   * Starts a new event file in an existing folder.
   *
   * @param now the time in the file's name; TensorBoard reads the files of a folder in its order
   */
  public static EventFileWriter create(Path folder, Instant now) {
    Optional<Journal> journal = Optional.empty();
    for (int number = 0; journal.isEmpty(); number++) {
      journal = Journal.create(folder.resolve(name(now, number)));
    }
    EventFileWriter writer = new EventFileWriter(journal.get());
    writer.write(EventMessages.fileVersion(now));
    return writer;
  }

  private static String name(Instant now, int number) {
    return String.format(
        Locale.ROOT,
        "%s%010d.%s.%d.%d%s",
        PREFIX,
        now.getEpochSecond(),
        host(),
        ProcessHandle.current().pid(),
        number,
        SUFFIX);
  }

  private static String host() {
    // From the environment: asking the network for one's own name can take seconds.
    return Optional.ofNullable(System.getenv("HOSTNAME"))
        .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
        .map(name -> name.replaceAll("[^A-Za-z0-9.-]", "-"))
        .filter(name -> !name.isEmpty())
        .orElse("localhost");
  }

  /** Whether this is an event file of this class, by its name. */
  public static boolean isEventFile(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  /**
   * Records numbers, rounded to float.
   *
   * @param values by tag; TensorBoard groups tags by what stands before their first slash
   */
  public void scalars(Instant time, long step, Map<String, Double> values) {
    if (!values.isEmpty()) {
      write(EventMessages.scalars(time, step, values));
    }
  }

  /** Records a text, which TensorBoard shows as Markdown. */
  public void text(Instant time, long step, String tag, String text) {
    write(EventMessages.text(time, step, tag, text));
  }

  /** Tells a TensorBoard that is watching to forget everything recorded from this step on. */
  public void restart(Instant time, long firstStep) {
    write(EventMessages.start(time, firstStep));
  }

  public Path path() {
    return journal.path();
  }

  private void write(byte[] message) {
    ByteBuffer record =
        ByteBuffer.allocate(FRAME_BYTES + message.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(message.length);
    record.putInt(maskedCrc(record.array(), Long.BYTES));
    record.put(message).putInt(maskedCrc(message, message.length));
    journal.append(record.array());
  }

  /** CRC-32C, rotated and shifted, since data that holds its own checksum weakens it. */
  private static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK_DELTA;
  }

  @Override
  public void close() {
    journal.close();
  }
}
