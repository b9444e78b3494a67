package io.mla4j.data.corpus;

import io.mla4j.data.DataException;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.files.TextChecksum;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Documents as token ids, one after another: each is what the tokenizer puts before a text, its
 * text, and the tokenizer's end token, where it has such. Ids take two bytes each, or four where
 * the vocabulary has more than 65,536 tokens.
 */
public final class TokenCorpus {

  private final TokenStore tokens;
  private final long[] starts;
  private final long bytes;
  private final String checksum;

  private TokenCorpus(TokenStore tokens, long[] starts, long bytes, String checksum) {
    this.tokens = tokens;
    this.starts = starts;
    this.bytes = bytes;
    this.checksum = checksum;
  }

  /**
   * Encodes documents.
   *
   * @param name of the text, for errors
   * @param progress told how many characters are done
   * @throws DataException if they have fewer than two tokens, or a text is one the tokenizer
   *     refuses
   */
  public static TokenCorpus encode(
      String name, Iterable<Piece> pieces, Tokenizer tokenizer, LongConsumer progress) {
    Encoder encoder = new Encoder(tokenizer, progress);
    try {
      pieces.forEach(encoder::add);
      encoder.encodeWaiting();
    } catch (DataException refused) {
      throw new DataException("In the " + name + " text: " + refused.getMessage(), refused);
    }
    TokenCorpus corpus = encoder.corpus();
    if (corpus.tokens() < 2) {
      throw new DataException(
          "The %s text has %d tokens, and there is something to foretell from two on."
              .formatted(name, corpus.tokens()));
    }
    return corpus;
  }

  /** Encodes some pieces at once, in parallel. */
  private static final class Encoder {

    private static final int CHARACTERS_AT_ONCE = 1 << 21;

    private final Tokenizer tokenizer;
    private final LongConsumer progress;
    private final int[] before;
    private final TokenStore tokens;
    private final TextChecksum checksum = new TextChecksum();
    private final List<Piece> waiting = new ArrayList<>();
    private long[] starts = new long[16];
    private int documents;
    private boolean within;
    private long characters;
    private long waitingCharacters;
    private long bytes;

    private Encoder(Tokenizer tokenizer, LongConsumer progress) {
      this.tokenizer = tokenizer;
      this.progress = progress;
      this.before = before(tokenizer);
      this.tokens = new TokenStore(tokenizer.vocabularySize());
    }

    /** What the tokenizer puts before every text. */
    private static int[] before(Tokenizer tokenizer) {
      int end = tokenizer.endId().orElse(-1);
      return Arrays.stream(tokenizer.encode("")).takeWhile(id -> id != end).toArray();
    }

    void add(Piece piece) {
      waiting.add(piece);
      waitingCharacters += piece.text().length();
      if (waitingCharacters >= CHARACTERS_AT_ONCE) {
        encodeWaiting();
      }
    }

    void encodeWaiting() {
      int[][] ids = tokenizer.encodeAll(waiting.stream().map(Piece::text).toList(), false);
      for (int i = 0; i < ids.length; i++) {
        append(waiting.get(i), ids[i]);
      }
      characters += waitingCharacters;
      waitingCharacters = 0;
      waiting.clear();
      progress.accept(characters);
    }

    private void append(Piece piece, int[] ids) {
      if (!within) {
        start();
      }
      addAll(ids);
      bytes += piece.text().getBytes(StandardCharsets.UTF_8).length;
      checksum.add(piece.text());
      within = !piece.endsDocument();
      if (!within) {
        tokenizer.endId().ifPresent(tokens::add);
        checksum.add("");
      }
    }

    private void start() {
      starts = documents + 1 < starts.length ? starts : Arrays.copyOf(starts, 2 * starts.length);
      starts[documents++] = tokens.size();
      addAll(before);
    }

    private void addAll(int[] ids) {
      for (int id : ids) {
        tokens.add(id);
      }
    }

    TokenCorpus corpus() {
      long[] exact = Arrays.copyOf(starts, documents + 1);
      exact[documents] = tokens.size();
      return new TokenCorpus(tokens, exact, bytes, checksum.finish());
    }
  }

  /** N, of all documents. */
  public long tokens() {
    return tokens.size();
  }

  /** The id of a token. */
  public int token(long index) {
    return tokens.get(index);
  }

  public int documents() {
    return starts.length - 1;
  }

  /**
   * The first token of a document.
   *
   * @param document from 0; as many as there are for the end of the last
   */
  public long start(int document) {
    return starts[document];
  }

  /** Which document a token belongs to. */
  public int documentOf(long token) {
    int place = Arrays.binarySearch(starts, token);
    if (place < 0) {
      return -place - 2;
    }
    int last = place; // documents of no tokens start where the next one does
    while (last + 1 < starts.length - 1 && starts[last + 1] == token) {
      last++;
    }
    return last;
  }

  /** Bytes of the text in UTF-8, special tokens not counted. */
  public long bytes() {
    return bytes;
  }

  /** SHA-256 of the texts in their order. */
  public String checksum() {
    return checksum;
  }
}
