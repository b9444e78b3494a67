package io.mla4j.data.token;

import io.mla4j.data.DataException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code tokenizer.json} as the native library is to read it. Two things the library takes
 * otherwise than the file means them here: byte pairs are dropped at random whenever a text is
 * encoded, which is for training a model of pairs only; and added tokens are numbered in the order
 * they stand in, whatever ids they have.
 */
final class LibraryText {

  private LibraryText() {}

  /**
   * The file itself wherever the library reads it as it is meant.
   *
   * @throws DataException if no text makes the library give the ids that the file names
   */
  static String of(byte[] json, JsonNode root, String name) {
    boolean dropsPairs = root.path("model").path("dropout").asDouble(0) != 0;
    boolean numbersAlike = numbersAlike(root.path("model").path("vocab"), added(root));
    if (!dropsPairs && numbersAlike) {
      return new String(json, StandardCharsets.UTF_8);
    }
    ObjectNode meant = (ObjectNode) root.deepCopy();
    if (dropsPairs) {
      ((ObjectNode) meant.get("model")).putNull("dropout");
    }
    if (!numbersAlike) {
      number(meant, name);
    }
    return meant.toString();
  }

  /** The library leaves out tokens without a text. */
  private static List<JsonNode> added(JsonNode root) {
    return StreamSupport.stream(root.path("added_tokens").spliterator(), false)
        .filter(token -> !content(token).isEmpty())
        .toList();
  }

  private static String content(JsonNode token) {
    return token.path("content").asString();
  }

  private static int id(JsonNode token) {
    return token.path("id").asInt();
  }

  /** Whether counting on from the vocabulary gives the added tokens the ids they have. */
  private static boolean numbersAlike(JsonNode vocabulary, List<JsonNode> added) {
    Set<String> known = new HashSet<>(pieces(vocabulary));
    int next = vocabulary.size();
    boolean gaps = vocabulary.isObject() && largest(vocabulary) + 1 != next;
    for (JsonNode token : added) {
      if (known.add(content(token)) && (gaps || id(token) != next++)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> pieces(JsonNode vocabulary) {
    return vocabulary.isObject()
        ? List.copyOf(vocabulary.propertyNames())
        : StreamSupport.stream(vocabulary.spliterator(), false)
            .map(piece -> piece.path(0).asString())
            .toList();
  }

  private static int largest(JsonNode vocabulary) {
    return vocabulary.valueStream().mapToInt(JsonNode::asInt).max().orElse(-1);
  }

  private static void number(ObjectNode root, String name) {
    JsonNode vocabulary = root.get("model").get("vocab");
    if (vocabulary instanceof ObjectNode ids) {
      // A token that the vocabulary has too keeps its id there.
      added(root).forEach(token -> ids.put(content(token), id(token)));
    } else {
      root.set("added_tokens", inOrder(root, vocabulary, name));
    }
  }

  /** A list of pieces has no ids that could be set: the order of the added tokens makes them. */
  private static ArrayNode inOrder(ObjectNode root, JsonNode pieces, String name) {
    List<JsonNode> sorted =
        added(root).stream().sorted(Comparator.comparingInt(LibraryText::id)).toList();
    if (!numbersAlike(pieces, sorted)) {
      throw new DataException(
          "%s is not a usable tokenizer: the ids of its added tokens leave gaps after its %,d pieces; add tokens with the ids between."
              .formatted(name, pieces.size()));
    }
    return root.arrayNode().addAll(sorted);
  }
}
