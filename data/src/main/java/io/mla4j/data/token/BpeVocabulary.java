package io.mla4j.data.token;

import io.mla4j.files.AtomicFile;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A trained byte-level BPE vocabulary.
 *
 * @param specialTokens the first tokens
 * @param tokens all tokens in the order of their ids; bytes are spelled as printable characters
 * @param merges the pairs joined, first to last
 * @param normalization what is done to texts first
 */
public record BpeVocabulary(
    List<String> specialTokens,
    List<String> tokens,
    List<Merge> merges,
    Normalization normalization) {

  /** Two tokens that become one. */
  public record Merge(String left, String right) {}

  public BpeVocabulary {
    specialTokens = List.copyOf(specialTokens);
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
  }

  /** Writes a {@code tokenizer.json} that Hugging Face's {@code tokenizers} loads. */
  public void write(Path path) {
    AtomicFile.writeString(path, json());
  }

  /** This vocabulary at work. */
  public Tokenizer tokenizer() {
    return Tokenizer.parse(json());
  }

  /** The text of a {@code tokenizer.json}. */
  public String json() {
    JsonMapper mapper = JsonMapper.shared();
    ObjectNode root = mapper.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    SpecialTokens.add(root.putArray("added_tokens"), specialTokens);
    if (normalization.lowercase()) {
      root.putObject("normalizer").put("type", "Lowercase");
    } else {
      root.putNull("normalizer");
    }
    for (String step : List.of("pre_tokenizer", "post_processor", "decoder")) {
      byteLevel(root.putObject(step));
    }
    model(root.putObject("model"));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel")
        .put("add_prefix_space", normalization.prefixSpace())
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private void model(ObjectNode model) {
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode pairs = model.putArray("merges");
    // The spelling with a space is the one that every version of the format understands.
    merges.forEach(merge -> pairs.add(merge.left() + " " + merge.right()));
  }
}
