package io.mla4j.data.token;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.mla4j.data.DataException;
import io.mla4j.files.AtomicFile;
import io.mla4j.files.Checksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import tools.jackson.databind.JsonNode;

/**
 * A tokenizer read from a {@code tokenizer.json}, run by Hugging Face's native library. Never cuts
 * and never pads, whatever the file says: that is for batches to decide, who can count it. Nor does
 * it drop pairs at random: a text has the same ids each time.
 *
 * <p>Safe for use by several threads; closing waits for the calls under way.
 */
public final class Tokenizer implements AutoCloseable {

  // The library holds a hundred bytes and more for each token until its ids are taken out.
  private static final long CHARACTERS_AT_ONCE = 1 << 21;

  private final byte[] file;
  private final TokenizerFile contents;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle;

  private Tokenizer(byte[] file, TokenizerFile contents, long handle) {
    this.file = file;
    this.contents = contents;
    this.handle = handle;
  }

  /**
   * Loads a {@code tokenizer.json}. Uses no network.
   *
   * @throws DataException if the file is missing or is not a tokenizer
   */
  public static Tokenizer load(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new DataException("There is no tokenizer file " + path.toAbsolutePath() + ".");
    }
    try {
      return parse(Files.readAllBytes(path), path.toString());
    } catch (IOException failure) {
      throw new DataException(path + " cannot be read: " + failure.getMessage() + ".", failure);
    }
  }

  /** Loads the text of a {@code tokenizer.json}. */
  public static Tokenizer parse(String json) {
    return parse(json.getBytes(StandardCharsets.UTF_8), "The given text");
  }

  private static Tokenizer parse(byte[] json, String name) {
    JsonNode root = TokenizerFile.tree(json, name);
    TokenizerFile contents = TokenizerFile.of(root, name);
    String text = LibraryText.of(json, root, name);
    Tokenizer tokenizer = new Tokenizer(json, contents, handle(text, name));
    try {
      tokenizer.requireKnownIds(name);
      return tokenizer;
    } catch (RuntimeException failure) {
      tokenizer.close();
      throw failure;
    }
  }

  private static long handle(String text, String name) {
    TokenizersLibrary library = NativeTokenizers.library();
    try {
      long handle = library.createTokenizerFromString(text);
      library.disableTruncation(handle);
      library.disablePadding(handle);
      return handle;
    } catch (RuntimeException failure) {
      throw new DataException(
          name + " is not a usable tokenizer: " + failure.getMessage() + ".", failure);
    }
  }

  /** A post-processor has ids of its own, which need not be in the vocabulary. */
  private void requireKnownIds(String name) {
    for (int id : encode("")) {
      if (id >= vocabularySize()) {
        throw new DataException(
            "%s is not a usable tokenizer: its post-processor adds the id %d, but the largest id is %d."
                .formatted(name, id, vocabularySize() - 1));
      }
    }
  }

  /**
   * A text's ids. Special tokens are added only where the file's own post-processor adds them.
   *
   * @return [tokens]; of an empty text what the post-processor adds, which may be nothing
   */
  public int[] encode(String text) {
    String valid = wellFormed(text);
    try {
      return locked(address -> ids(NativeTokenizers.library().encode(address, valid, true)));
    } catch (IllegalStateException closed) {
      throw closed;
    } catch (RuntimeException refused) {
      throw refused(List.of(valid), refused);
    }
  }

  private DataException refused(List<String> texts, RuntimeException refused) {
    String reason =
        texts.stream()
            .flatMap(text -> contents.unknownCharacter(text).stream())
            .findFirst()
            .map(
                c ->
                    "it has no token for the character '%s' (U+%04X)"
                        .formatted(c, c.codePointAt(0)))
            .orElseGet(() -> String.valueOf(refused.getMessage()));
    return new DataException("The tokenizer refuses the text: " + reason + ".", refused);
  }

  /**
   * The ids of many texts, encoded in parallel.
   *
   * @return one [tokens] a text, in the texts' order
   */
  public int[][] encodeAll(List<String> texts) {
    return encodeAll(texts, true);
  }

  /**
   * The ids of many texts, encoded in parallel.
   *
   * @param specialTokens whether the file's post-processor may add some to each text
   * @return one [tokens] a text, in the texts' order; without special tokens, an empty text has
   *     none
   */
  public int[][] encodeAll(List<String> texts, boolean specialTokens) {
    List<int[]> ids = new ArrayList<>(texts.size());
    for (int start = 0; start < texts.size(); ) {
      int end = sliceEnd(texts, start);
      ids.addAll(encodeSlice(texts.subList(start, end), specialTokens));
      start = end;
    }
    return ids.toArray(int[][]::new);
  }

  private static int sliceEnd(List<String> texts, int start) {
    long characters = 0;
    int end = start;
    while (end < texts.size() && (end == start || characters < CHARACTERS_AT_ONCE)) {
      characters += texts.get(end++).length();
    }
    return end;
  }

  private List<int[]> encodeSlice(List<String> texts, boolean specialTokens) {
    String[] valid = texts.stream().map(Tokenizer::wellFormed).toArray(String[]::new);
    try {
      return locked(address -> ids(address, valid, specialTokens));
    } catch (IllegalStateException closed) {
      throw closed;
    } catch (RuntimeException refused) {
      throw refused(List.of(valid), refused);
    }
  }

  /** Where a text may be refused, one by one: in parallel the library would end the process. */
  private List<int[]> ids(long address, String[] texts, boolean specialTokens) {
    TokenizersLibrary library = NativeTokenizers.library();
    return contents.mayRefuse()
        ? Arrays.stream(texts)
            .map(text -> ids(library.encode(address, text, specialTokens)))
            .toList()
        : Arrays.stream(library.batchEncode(address, texts, specialTokens))
            .mapToObj(Tokenizer::ids)
            .toList();
  }

  private static int[] ids(long encoding) {
    try {
      long[] ids = NativeTokenizers.library().getTokenIds(encoding);
      int[] narrow = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        narrow[i] = Math.toIntExact(ids[i]);
      }
      return narrow;
    } finally {
      NativeTokenizers.library().deleteEncoding(encoding);
    }
  }

  /** Half a surrogate pair is not text, and the native library refuses it. */
  private static String wellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);
  }

  /** The text of ids, leaving out special tokens. */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /**
   * The text of ids. Bytes that form no character come out as U+FFFD.
   *
   * @throws DataException if an id is not in the vocabulary
   */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabularySize()) {
        throw new DataException(
            "The id " + ids[i] + " is not in the vocabulary of " + vocabularySize() + " tokens.");
      }
      wide[i] = ids[i];
    }
    return locked(address -> NativeTokenizers.library().decode(address, wide, skipSpecialTokens));
  }

  private <T> T locked(LongFunction<T> action) {
    lock.readLock().lock();
    try {
      if (handle == 0) {
        throw new IllegalStateException("The tokenizer is closed.");
      }
      return action.apply(handle);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The number of ids a model needs rows for: the largest id and one. */
  public int vocabularySize() {
    return contents.vocabularySize();
  }

  /** The id of a token of the vocabulary, spelled as the file spells it. */
  public OptionalInt id(String token) {
    return contents.id(token);
  }

  /** Special tokens by name. */
  public Map<String, Integer> specialTokens() {
    return contents.specialTokens();
  }

  /** The padding token's id: the file's own padding, else a special token of a usual name. */
  public OptionalInt padId() {
    return contents.padId();
  }

  /** The id of the token that starts a document for classification, if one has a usual name. */
  public OptionalInt clsId() {
    return contents.clsId();
  }

  /** The id of the token that ends a text, if one has a usual name. */
  public OptionalInt endId() {
    return contents.endId();
  }

  /** SHA-256 of the file this tokenizer was read from. */
  public String checksum() {
    return Checksum.of(file);
  }

  /** Writes the file this tokenizer was read from, byte for byte. */
  public void write(Path path) {
    AtomicFile.writeStream(path, stream -> stream.write(file));
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (handle != 0) {
        NativeTokenizers.library().deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
