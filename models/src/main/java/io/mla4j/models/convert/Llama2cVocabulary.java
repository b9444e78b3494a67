package io.mla4j.models.convert;

import io.mla4j.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The {@code tokenizer.bin} of llama2.c: the pieces of a SentencePiece BPE model in the order of
 * their ids, each with the score by which merges are chosen. The first three are unknown, beginning
 * and end; the 256 bytes follow.
 */
public final class Llama2cVocabulary {

  static final int UNKNOWN = 0;
  static final int BEGIN = 1;
  static final int END = 2;
  static final int FIRST_BYTE = 3;
  static final int FIRST_PIECE = FIRST_BYTE + 256;

  /** A piece as text, with spaces as they are. */
  record Piece(String text, float score) {}

  private final List<Piece> pieces;

  private Llama2cVocabulary(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Reads a vocabulary.
   *
   * @param size how many pieces there are; only the checkpoint says it
   * @throws CheckpointException if the file is missing, cut short, of another size, or something
   *     else
   */
  public static Llama2cVocabulary read(Path path, int size) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException("There is no tokenizer file " + path + ".");
    }
    try {
      return new Reader(path, ByteBuffer.wrap(Files.readAllBytes(path))).read(size);
    } catch (IOException failure) {
      throw new CheckpointException(
          "The tokenizer " + path + " cannot be read: " + failure.getMessage() + ".", failure);
    }
  }

  List<Piece> pieces() {
    return pieces;
  }

  /** How a byte is spelled that is a token by itself. */
  static String spelled(int value) {
    return "<0x%02X>".formatted(value);
  }

  /** Reads the bytes of one file. */
  private static final class Reader {

    private final Path path;
    private final ByteBuffer bytes;

    Reader(Path path, ByteBuffer bytes) {
      this.path = path;
      this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    Llama2cVocabulary read(int size) {
      if (bytes.remaining() < Integer.BYTES) {
        throw wrong("it has only " + bytes.remaining() + " bytes");
      }
      int longest = bytes.getInt();
      List<Piece> pieces = new ArrayList<>();
      while (bytes.hasRemaining() && pieces.size() < size) {
        pieces.add(next(pieces.size(), longest));
      }
      if (pieces.size() < size || bytes.hasRemaining()) {
        throw new CheckpointException(
            "The tokenizer %s holds %s than the %,d tokens of the checkpoint: it is that of another"
                    .formatted(path, bytes.hasRemaining() ? "more" : "fewer", size)
                + " model, or damaged.");
      }
      check(pieces);
      return new Llama2cVocabulary(List.copyOf(pieces));
    }

    private Piece next(int id, int longest) {
      if (bytes.remaining() < Float.BYTES + Integer.BYTES) {
        throw wrong("it is cut short in token " + id);
      }
      float score = bytes.getFloat();
      int length = bytes.getInt();
      if (length < 0 || length > longest || Float.isNaN(score)) {
        throw wrong(
            "its token %d has %d bytes, of at most %d, and the score %s"
                .formatted(id, length, longest, score));
      }
      if (bytes.remaining() < length) {
        throw wrong("it is cut short in token " + id);
      }
      byte[] text = new byte[length];
      bytes.get(text);
      return new Piece(decoded(id, text), score);
    }

    private String decoded(int id, byte[] text) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
      } catch (CharacterCodingException malformed) {
        throw wrong("its token " + id + " is not text in UTF-8");
      }
    }

    private void check(List<Piece> pieces) {
      if (pieces.size() < FIRST_PIECE) {
        throw wrong("its %d tokens leave no room for all bytes".formatted(pieces.size()));
      }
      for (int value = 0; value < 256; value++) {
        String text = pieces.get(FIRST_BYTE + value).text();
        if (!text.equals(spelled(value))) {
          throw wrong(
              "its token %d is '%s' and not %s"
                  .formatted(FIRST_BYTE + value, text, spelled(value)));
        }
      }
      Set<String> seen = new HashSet<>();
      for (Piece piece : pieces) {
        if (!seen.add(piece.text())) {
          throw wrong("it has the token '" + piece.text() + "' twice");
        }
      }
    }

    private CheckpointException wrong(String clause) {
      return new CheckpointException(
          "The file %s is no tokenizer of llama2.c: %s.".formatted(path, clause));
    }
  }
}
