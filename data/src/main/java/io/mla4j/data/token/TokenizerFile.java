package io.mla4j.data.token;

import io.mla4j.data.DataException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a {@code tokenizer.json} says of its vocabulary; the native library does not tell. */
record TokenizerFile(
    Map<String, Integer> vocabulary,
    Map<String, Integer> specialTokens,
    OptionalInt declaredPad,
    int vocabularySize) {

  private static final List<String> PAD_NAMES =
      List.of("<pad>", "[PAD]", "<|pad|>", "<|padding|>", "<PAD>", "<｜▁pad▁｜>");
  private static final List<String> CLS_NAMES = List.of("<cls>", "[CLS]", "<|cls|>", "<CLS>");

  static TokenizerFile parse(byte[] json, String name) {
    JsonNode root = tree(json, name);
    try {
      return read(root, name);
    } catch (JacksonException failure) {
      throw new DataException(
          name + " is not a tokenizer: " + failure.getOriginalMessage() + ".", failure);
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
    int size = tokens.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    return new TokenizerFile(
        tokens,
        Map.copyOf(special),
        declaredPad(root.path("padding").path("pad_id"), size, name),
        size);
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

  private static JsonNode tree(byte[] json, String name) {
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

  /** A unigram model lists [token, score] in the order of ids. */
  private static void addPieces(JsonNode pieces, Map<String, Integer> tokens) {
    for (JsonNode piece : pieces) {
      tokens.put(piece.path(0).asString(), tokens.size());
    }
  }

  private static void addAdded(
      JsonNode added, Map<String, Integer> tokens, Map<String, Integer> special, String name) {
    for (JsonNode token : added) {
      String content = token.path("content").asString();
      int id = id(content, token.path("id"), name);
      tokens.put(content, id);
      if (token.path("special").asBoolean(false)) {
        special.put(content, id);
      }
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

  private OptionalInt firstSpecial(List<String> names) {
    return names.stream()
        .filter(specialTokens::containsKey)
        .mapToInt(name -> id(name).orElseThrow())
        .findFirst();
  }
}
