package io.mla4j.data.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A file's bytes as characters, without the byte order mark they may start with. Bytes that are not
 * text in the given encoding are replaced by U+FFFD and remembered with their place: parsers read
 * ahead, so only the row source, which knows where a row ends, can tell whose damage it is.
 */
final class DecodedInput extends Reader {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private record Damage(long line, long character, String bytes) {}

  private final InputStream stream;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private final CharBuffer characters = CharBuffer.allocate(1 << 15).flip();
  private final ArrayDeque<Damage> damages = new ArrayDeque<>();
  private boolean started;
  private boolean endOfBytes;
  private boolean flushed;
  private long decoded;
  private long line = 1;
  private boolean afterCarriageReturn;

  DecodedInput(InputStream stream, Charset encoding) {
    this.stream = stream;
    this.decoder =
        encoding
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!characters.hasRemaining()) {
      if (flushed) {
        return -1;
      }
      decode();
    }
    int count = Math.min(length, characters.remaining());
    characters.get(target, offset, count);
    return count;
  }

  private void decode() throws IOException {
    characters.clear();
    CoderResult result = decoder.decode(bytes, characters, endOfBytes);
    dropMark();
    countLines();
    if (result.isError()) {
      replace(result.length());
    } else if (result.isUnderflow() && endOfBytes) {
      decoder.flush(characters);
      flushed = true;
    } else if (result.isUnderflow()) {
      fill();
    }
    characters.flip();
  }

  /** Some encodings' decoders take the mark off themselves and others leave it as a character. */
  private void dropMark() {
    if (!started && characters.position() > 0 && characters.get(0) == BYTE_ORDER_MARK) {
      characters.flip().get();
      characters.compact();
      started = true;
    }
    started |= characters.position() > 0;
  }

  private void countLines() {
    for (int i = 0; i < characters.position(); i++) {
      char character = characters.get(i);
      boolean secondHalf = character == '\n' && afterCarriageReturn;
      if ((character == '\n' || character == '\r') && !secondHalf) {
        line++;
      }
      afterCarriageReturn = character == '\r';
    }
    decoded += characters.position();
  }

  private void replace(int length) {
    started = true;
    byte[] wrong = new byte[length];
    bytes.get(wrong);
    damages.add(
        new Damage(line, decoded, HexFormat.ofDelimiter(" ").withUpperCase().formatHex(wrong)));
    // Room is certain but for a buffer filled to its end, where the replacement is not missed.
    if (characters.hasRemaining()) {
      characters.put('\uFFFD');
      decoded++;
      afterCarriageReturn = false;
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int count = stream.read(bytes.array(), bytes.position(), bytes.remaining());
    endOfBytes = count < 0;
    bytes.position(bytes.position() + Math.max(0, count));
    bytes.flip();
  }

  /** Takes the damage found up to the end of a line and reports the first of it. */
  void requireSoundThroughLine(long row, long lastLine) throws RowProblem {
    Optional<Damage> first = Optional.empty();
    while (!damages.isEmpty() && damages.getFirst().line() <= lastLine) {
      Damage damage = damages.removeFirst();
      first = first.or(() -> Optional.of(damage));
    }
    throwIfPresent(row, first);
  }

  /** Takes the damage found before a character, counted from 0, and reports the first of it. */
  void requireSoundThroughCharacter(long row, long end) throws RowProblem {
    Optional<Damage> first = Optional.empty();
    while (!damages.isEmpty() && damages.getFirst().character() < end) {
      Damage damage = damages.removeFirst();
      first = first.or(() -> Optional.of(damage));
    }
    throwIfPresent(row, first);
  }

  private void throwIfPresent(long row, Optional<Damage> damage) throws RowProblem {
    if (damage.isPresent()) {
      throw new RowProblem(row, describe(damage.get()));
    }
  }

  private String describe(Damage damage) {
    return "the bytes "
        + damage.bytes()
        + " are not valid "
        + decoder.charset().name()
        + "; save the file in that encoding or name the one it has.";
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
