package io.mla4j.data.token;

import io.mla4j.files.AtomicFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A vocabulary in which every character, that is every Unicode code point, is a token.
 *
 * @param specialTokens the first tokens
 * @param unknown the special token of characters that are not in it; without one, texts that have
 *     such are refused
 * @param characters each of one code point, in the order of their ids
 */
public record CharacterVocabulary(
    List<String> specialTokens, Optional<String> unknown, List<String> characters) {

  /** A usual name for characters that are not known. */
  public static final String UNKNOWN = "<unk>";

  public CharacterVocabulary {
    specialTokens = List.copyOf(specialTokens);
    characters = List.copyOf(characters);
    HashSet<String> all = new HashSet<>(specialTokens);
    all.addAll(characters);
    if (all.size() < specialTokens.size() + characters.size() || all.contains("")) {
      throw new IllegalArgumentException(
          "Tokens must differ from each other and not be empty; the special ones are %s."
              .formatted(specialTokens));
    }
    if (unknown.isPresent() && !specialTokens.contains(unknown.get())) {
      throw new IllegalArgumentException(
          "The token of unknown characters, %s, must be a special token.".formatted(unknown.get()));
    }
  }

  /**
   * Every character of the texts, in the order of their code points. The texts are read once.
   *
   * @param specialTokens the first ids, {@code unknown} among them
   */
  public static CharacterVocabulary of(
      Iterable<String> texts, List<String> specialTokens, Optional<String> unknown) {
    TreeSet<Integer> seen = new TreeSet<>();
    for (String text : texts) {
      text.codePoints().map(CharacterVocabulary::wellFormed).forEach(seen::add);
    }
    return new CharacterVocabulary(
        specialTokens, unknown, seen.stream().map(Character::toString).toList());
  }

  /** Half a surrogate pair is no character; a tokenizer reads U+FFFD in its place. */
  private static int wellFormed(int codePoint) {
    boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return half ? 0xFFFD : codePoint;
  }

  /** Writes a {@code tokenizer.json} that Hugging Face's {@code tokenizers} loads. */
  public void write(Path path) {
    AtomicFile.writeString(path, json());
  }

  /** This vocabulary at work. */
  public Tokenizer tokenizer() {
    return Tokenizer.parse(json());
  }

  /** The text of a {@code tokenizer.json}: words of one character each. */
  public String json() {
    JsonMapper mapper = JsonMapper.shared();
    ObjectNode root = mapper.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    SpecialTokens.add(root.putArray("added_tokens"), specialTokens);
    root.putNull("normalizer");
    splitter(root.putObject("pre_tokenizer"));
    root.putNull("post_processor");
    root.putObject("decoder").put("type", "Fuse");
    ObjectNode model = root.putObject("model").put("type", "WordLevel");
    ObjectNode vocabulary = model.putObject("vocab");
    specialTokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
    characters.forEach(token -> vocabulary.put(token, vocabulary.size()));
    // Without the token, the library refuses what is not in the vocabulary.
    model.put("unk_token", unknown.orElse(UNKNOWN));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private static void splitter(ObjectNode node) {
    node.put("type", "Split").put("behavior", "Isolated").put("invert", false);
    node.putObject("pattern").put("Regex", "[\\s\\S]");
  }
}
