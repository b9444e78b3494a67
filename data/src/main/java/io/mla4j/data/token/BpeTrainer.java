package io.mla4j.data.token;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Learns a byte-level BPE vocabulary (Sennrich et al. 2016; bytes as in Radford et al. 2019):
 * starts from the 256 bytes and joins the most frequent pair of neighbours until the vocabulary is
 * full. Deterministic: ties go to the pair with the smaller ids, as in Hugging Face's trainer. A
 * word of more than 256 characters is counted in pieces.
 */
public final class BpeTrainer {

  private static final int REPORTS = 200;

  private final BpeOptions options;
  private final BpeProgress progress;
  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<BpeVocabulary.Merge> merges = new ArrayList<>();

  private BpeTrainer(BpeOptions options, BpeProgress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Trains on texts, read once and not kept.
   *
   * @return fewer tokens than asked for where the texts do not have as many frequent pairs
   */
  public static BpeVocabulary train(
      Iterable<String> texts, BpeOptions options, BpeProgress progress) {
    return new BpeTrainer(options, progress).train(texts);
  }

  private BpeVocabulary train(Iterable<String> texts) {
    options.specialTokens().forEach(this::id);
    int[] byteIds = addBytes();
    Words words = WordCounts.of(texts, options, progress).words(byteIds);
    MergeQueue queue = new MergeQueue(words, options.minFrequency());
    int step = Math.max(1, options.vocabularySize() / REPORTS);
    int given = tokens.size();
    while (tokens.size() < options.vocabularySize()) {
      Optional<Pair> pair = queue.take();
      if (pair.isEmpty()) {
        break;
      }
      queue.addAll(words.join(pair.get(), merge(pair.get())));
      if (tokens.size() % step == 0) {
        int wanted = options.vocabularySize() - given;
        progress.report(BpeProgress.Stage.MERGING, tokens.size() - given, wanted);
      }
    }
    return new BpeVocabulary(options.specialTokens(), tokens, merges, options.normalization());
  }

  /** Gives the bytes their ids, in the order of the characters that stand for them. */
  private int[] addBytes() {
    ByteAlphabet.sorted().forEach(this::id);
    int[] byteIds = new int[ByteAlphabet.SIZE];
    for (int value = 0; value < byteIds.length; value++) {
      byteIds[value] = id(String.valueOf(ByteAlphabet.character(value)));
    }
    return byteIds;
  }

  private int merge(Pair pair) {
    String left = tokens.get(pair.left);
    String right = tokens.get(pair.right);
    merges.add(new BpeVocabulary.Merge(left, right));
    return id(left + right);
  }

  /** A token's id, a new one where it has none: two merges may spell the same token. */
  private int id(String token) {
    Integer known = ids.putIfAbsent(token, tokens.size());
    if (known != null) {
      return known;
    }
    tokens.add(token);
    return tokens.size() - 1;
  }
}
