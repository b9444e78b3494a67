package io.mla4j.models.convert;

import io.mla4j.models.convert.Llama2cVocabulary.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scored vocabulary as the {@code tokenizer.json} that Hugging Face writes of Llama's: BPE with
 * bytes for characters that are no piece. SentencePiece joins the two neighbours whose joined piece
 * has the best score; Hugging Face's BPE those whose pair stands first in a list. So the list has
 * every pair that makes a piece, ordered by the piece's score.
 */
final class SentencePieceJson {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String SPACE = "▁";
  private static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>");

  private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
  private final List<Piece> pieces;

  /** Two pieces that make one, and how good that is. */
  private record Merge(String left, String right, float score) {}

  /** The best score first; of equal ones the longest left piece, which makes runs from the left. */
  private static final Comparator<Merge> FIRST_TO_LAST =
      Comparator.comparingDouble((Merge merge) -> -merge.score)
          .thenComparing(merge -> -characters(merge.left))
          .thenComparing(merge -> -characters(merge.right));

  SentencePieceJson(Llama2cVocabulary source) {
    this.pieces = source.pieces();
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(spelled(id), id);
    }
    if (vocabulary.size() < pieces.size()) {
      throw new IllegalArgumentException(
          "The vocabulary spells one of <unk>, <s>, </s> or a space twice.");
    }
  }

  private String spelled(int id) {
    return id < SPECIAL.size() ? SPECIAL.get(id) : pieces.get(id).text().replace(" ", SPACE);
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  ObjectNode tree() {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.put("version", "1.0");
    tree.putNull("truncation");
    tree.putNull("padding");
    ArrayNode added = tree.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      added.add(special(id));
    }
    tree.set("normalizer", normalizer());
    tree.putNull("pre_tokenizer");
    tree.set("post_processor", beginning());
    tree.set("decoder", decoder());
    tree.set("model", model());
    return tree;
  }

  private static ObjectNode special(int id) {
    ObjectNode token = MAPPER.createObjectNode();
    token.put("id", id);
    token.put("content", SPECIAL.get(id));
    token.put("single_word", false);
    token.put("lstrip", false);
    token.put("rstrip", false);
    token.put("normalized", false);
    token.put("special", true);
    return token;
  }

  private static ObjectNode normalizer() {
    ObjectNode prepend = typed("Prepend");
    prepend.put("prepend", SPACE);
    return sequence("normalizers", prepend, replace(" ", SPACE));
  }

  private static ObjectNode decoder() {
    ObjectNode strip = typed("Strip");
    strip.put("content", " ");
    strip.put("start", 1);
    strip.put("stop", 0);
    return sequence("decoders", replace(SPACE, " "), typed("ByteFallback"), typed("Fuse"), strip);
  }

  private static ObjectNode typed(String type) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", type);
    return node;
  }

  private static ObjectNode replace(String text, String by) {
    ObjectNode node = typed("Replace");
    node.putObject("pattern").put("String", text);
    node.put("content", by);
    return node;
  }

  private static ObjectNode sequence(String of, ObjectNode... steps) {
    ObjectNode node = typed("Sequence");
    ArrayNode all = node.putArray(of);
    for (ObjectNode step : steps) {
      all.add(step);
    }
    return node;
  }

  /** Adds the beginning to every text. */
  private static ObjectNode beginning() {
    String begin = SPECIAL.get(Llama2cVocabulary.BEGIN);
    ObjectNode node = typed("TemplateProcessing");
    ArrayNode single = node.putArray("single");
    part(single, "SpecialToken", begin, 0);
    part(single, "Sequence", "A", 0);
    ArrayNode pair = node.putArray("pair");
    part(pair, "SpecialToken", begin, 0);
    part(pair, "Sequence", "A", 0);
    part(pair, "SpecialToken", begin, 1);
    part(pair, "Sequence", "B", 1);
    ObjectNode token = node.putObject("special_tokens").putObject(begin);
    token.put("id", begin);
    token.putArray("ids").add(Llama2cVocabulary.BEGIN);
    token.putArray("tokens").add(begin);
    return node;
  }

  private static void part(ArrayNode template, String kind, String id, int type) {
    template.addObject().putObject(kind).put("id", id).put("type_id", type);
  }

  private ObjectNode model() {
    ObjectNode model = typed("BPE");
    model.putNull("dropout");
    model.put("unk_token", SPECIAL.get(Llama2cVocabulary.UNKNOWN));
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", true);
    model.put("byte_fallback", true);
    model.put("ignore_merges", false);
    ObjectNode ids = model.putObject("vocab");
    vocabulary.forEach(ids::put);
    ArrayNode merges = model.putArray("merges");
    for (Merge merge : merges()) {
      merges.addArray().add(merge.left).add(merge.right);
    }
    return model;
  }

  private List<Merge> merges() {
    List<Merge> merges = new ArrayList<>();
    for (int id = Llama2cVocabulary.FIRST_PIECE; id < pieces.size(); id++) {
      addSplits(spelled(id), pieces.get(id).score(), merges);
    }
    merges.sort(FIRST_TO_LAST);
    return merges;
  }

  private void addSplits(String whole, float score, List<Merge> merges) {
    for (int at = 1; at < whole.length(); at++) {
      String left = whole.substring(0, at);
      String right = whole.substring(at);
      if (isPiece(left) && isPiece(right)) {
        merges.add(new Merge(left, right, score));
      }
    }
  }

  /** Specials and bytes are never joined. */
  private boolean isPiece(String text) {
    return vocabulary.getOrDefault(text, -1) >= Llama2cVocabulary.FIRST_PIECE;
  }
}
