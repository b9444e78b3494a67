package io.mla4j.data.token;

import io.mla4j.data.DataException;
import io.mla4j.files.ParserMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a {@code tokenizer.json} says of its vocabulary; the native library does not tell.
 *
 * @param mayRefuse whether there are texts that the library refuses: those with words that are not
 *     in a vocabulary without a token for such
 */
record TokenizerFile(
    Map<String, Integer> vocabulary,
    Map<String, Integer> specialTokens,
    OptionalInt declaredPad,
    int vocabularySize,
    boolean mayRefuse) {

  private static final List<String> PAD_NAMES =
      List.of("<pad>", "[PAD]", "<|pad|>", "<|padding|>", "<PAD>", "<｜▁pad▁｜>");
  private static final List<String> CLS_NAMES = List.of("<cls>", "[CLS]", "<|cls|>", "<CLS>");

  private static final List<String> END_NAMES =
      List.of(
          "<eos>",
          "</s>",
          "<|endoftext|>",
          "<|end_of_text|>",
          "<｜end▁of▁sentence｜>",
          "<|im_end|>",
          "[EOS]");

  /**
   * Reads what a file says.
   *
   * @param root the file's {@link #tree}
   * @param name of the file in sentences
   */
  static TokenizerFile of(JsonNode root, String name) {
    try {
      return read(root, name);
    } catch (JacksonException failure) {
      throw new DataException(
          name
              + " is not a tokenizer: "
              + ParserMessage.of(String.valueOf(failure.getOriginalMessage()))
              + ".",
          failure);
    }
  }

  private static TokenizerFile read(JsonNode root, String name) {
    JsonNode vocabulary = root.path("model").path("vocab");
    if (vocabulary.isEmpty()) {
      throw new DataException(
          name
              + " is not a tokenizer: it has no model.vocab; a tokenizer.json in Hugging Face's"
              + " layout is expected.");
    }
    Map<String, Integer> tokens = HashMap.newHashMap(vocabulary.size());
    if (vocabulary.isArray()) {
      addPieces(vocabulary, tokens);
    } else {
      vocabulary
          .properties()
          .forEach(entry -> tokens.put(entry.getKey(), id(entry.getKey(), entry.getValue(), name)));
    }
    Map<String, Integer> special = new LinkedHashMap<>();
    addAdded(root.path("added_tokens"), tokens, special, name);
    int size = 1 + tokens.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    return new TokenizerFile(
        tokens,
        Map.copyOf(special),
        declaredPad(root.path("padding").path("pad_id"), size, name),
        size,
        mayRefuse(root.path("model"), tokens));
  }

  /** Byte pairs leave out what they do not know; other models fail. */
  private static boolean mayRefuse(JsonNode model, Map<String, Integer> tokens) {
    boolean pairs = model.path("type").asString("BPE").equals("BPE");
    boolean unknown =
        tokens.containsKey(model.path("unk_token").asString("")) || model.path("unk_id").isInt();
    return !pairs && !unknown;
  }

  private static OptionalInt declaredPad(JsonNode pad, int size, String name) {
    if (!pad.isInt()) {
      return OptionalInt.empty();
    }
    if (pad.asInt() < 0 || pad.asInt() >= size) {
      throw new DataException(
          "%s is not a usable tokenizer: its padding.pad_id is %d, but it has %d tokens."
              .formatted(name, pad.asInt(), size));
    }
    return OptionalInt.of(pad.asInt());
  }

  static JsonNode tree(byte[] json, String name) {
    try {
      return JsonMapper.shared().readTree(json);
    } catch (JacksonException failure) {
      throw new DataException(
          name
              + " is not a tokenizer: not valid JSON at line "
              + (failure.getLocation() == null ? 1 : failure.getLocation().getLineNr())
              + ".",
          failure);
    }
  }

  /** A unigram model lists [token, score] in the order of ids; a repeated token has the last. */
  private static void addPieces(JsonNode pieces, Map<String, Integer> tokens) {
    int id = 0;
    for (JsonNode piece : pieces) {
      tokens.put(piece.path(0).asString(), id++);
    }
  }

  private static void addAdded(
      JsonNode added, Map<String, Integer> tokens, Map<String, Integer> special, String name) {
    Map<Integer, String> names = HashMap.newHashMap(tokens.size());
    tokens.forEach((token, id) -> names.put(id, token));
    for (JsonNode token : added) {
      String content = token.path("content").asString();
      int id = id(content, token.path("id"), name);
      requireOwnId(content, id, tokens.put(content, id), names.putIfAbsent(id, content), name);
      if (token.path("special").asBoolean(false)) {
        special.put(content, id);
      }
    }
  }

  private static void requireOwnId(
      String token, int id, @Nullable Integer other, @Nullable String holder, String name) {
    if (other != null && other != id) {
      throw new DataException(
          "%s is not a usable tokenizer: it gives the token '%s' two ids, %d and %d."
              .formatted(name, token, other, id));
    }
    if (holder != null && !holder.equals(token)) {
      throw new DataException(
          "%s is not a usable tokenizer: it gives the id %d to two tokens, '%s' and '%s'."
              .formatted(name, id, holder, token));
    }
  }

  /** One below the largest int at most: the vocabulary's size is one more. */
  private static int id(String token, JsonNode id, String name) {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() == Integer.MAX_VALUE) {
      throw new DataException(
          "%s is not a tokenizer: the id of the token '%s' is %s, no whole number from 0 to %,d."
              .formatted(name, token, id.isMissingNode() ? "missing" : id, Integer.MAX_VALUE - 1));
    }
    return id.intValue();
  }

  OptionalInt id(String token) {
    Integer id = vocabulary.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  OptionalInt padId() {
    return declaredPad.isPresent() ? declaredPad : firstSpecial(PAD_NAMES);
  }

  OptionalInt clsId() {
    return firstSpecial(CLS_NAMES);
  }

  OptionalInt endId() {
    return firstSpecial(END_NAMES);
  }

  /**
   * The first character of a text that is no token, where every token is a character or special.
   */
  Optional<String> unknownCharacter(String text) {
    boolean ofCharacters =
        vocabulary.keySet().stream()
            .allMatch(t -> t.codePointCount(0, t.length()) == 1 || specialTokens.containsKey(t));
    return ofCharacters
        ? text.codePoints()
            .mapToObj(Character::toString)
            .filter(character -> !vocabulary.containsKey(character))
            .findFirst()
        : Optional.empty();
  }

  private OptionalInt firstSpecial(List<String> names) {
    return names.stream()
        .filter(specialTokens::containsKey)
        .mapToInt(name -> id(name).orElseThrow())
        .findFirst();
  }
}
