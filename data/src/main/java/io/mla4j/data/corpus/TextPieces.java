package io.mla4j.data.corpus;

import io.mla4j.data.DataException;
import io.mla4j.data.text.ReadFailure;
import io.mla4j.data.text.TextBytes;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A file of plain text as one document, a piece at a time. Pieces end where tokenizers cut anyway:
 * at the end of a line after which no white space follows, else before a space.
 */
final class TextPieces implements Iterator<Piece>, AutoCloseable {

  /** Characters of a piece at most: an encoder holds a hundred bytes and more for each. */
  static final int LONGEST = 1 << 18;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final Charset encoding;
  private final int longest;
  private final Reader reader;
  private final StringBuilder waiting = new StringBuilder();
  private final char[] buffer = new char[1 << 15];
  private long read;
  private boolean ended;

  TextPieces(Path file, Charset encoding) {
    this(file, encoding, LONGEST);
  }

  TextPieces(Path file, Charset encoding, int longest) {
    this.file = file;
    this.encoding = encoding;
    this.longest = longest;
    this.reader =
        new InputStreamReader(
            TextBytes.open(file, encoding),
            encoding
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  @Override
  public boolean hasNext() {
    fill();
    return !waiting.isEmpty();
  }

  @Override
  public Piece next() {
    fill();
    if (waiting.isEmpty()) {
      throw new NoSuchElementException("The file " + file + " has no more text.");
    }
    boolean last = ended && waiting.length() <= longest;
    int end = last ? waiting.length() : cut();
    Piece piece = new Piece(waiting.substring(0, end), last);
    waiting.delete(0, end);
    return piece;
  }

  /** Reads until it is known whether the next piece is the last. */
  private void fill() {
    try {
      while (!ended && waiting.length() <= longest) {
        int count = reader.read(buffer);
        ended = count < 0;
        waiting.append(buffer, 0, Math.max(0, count));
        if (read == 0 && count > 0 && waiting.charAt(0) == BYTE_ORDER_MARK) {
          waiting.deleteCharAt(0);
        }
        read += Math.max(0, count);
      }
    } catch (CharacterCodingException wrong) {
      throw new DataException(
          "%s holds bytes that are not %s after about %,d characters; save it in that encoding or name the one it has."
              .formatted(file, encoding.name(), read),
          wrong);
    } catch (IOException failure) {
      throw unreadable(failure);
    }
  }

  /** Where the next piece ends, within more text than one piece takes. */
  private int cut() {
    for (int end = longest; end > longest / 2; end--) {
      if (afterLine(end)) {
        return end;
      }
    }
    for (int end = longest; end > longest / 2; end--) {
      if (!blank(end - 1) && waiting.charAt(end) == ' ') {
        return end;
      }
    }
    return Character.isHighSurrogate(waiting.charAt(longest - 1)) ? longest - 1 : longest;
  }

  /** Whether one line ended before this place and the next starts there, both with words. */
  private boolean afterLine(int place) {
    return place >= 2 && waiting.charAt(place - 1) == '\n' && !blank(place - 2) && !blank(place);
  }

  private boolean blank(int place) {
    return Character.isWhitespace(waiting.charAt(place));
  }

  private DataException unreadable(IOException failure) {
    return ReadFailure.of(file.toString(), failure);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException failure) {
      throw unreadable(failure);
    }
  }
}
