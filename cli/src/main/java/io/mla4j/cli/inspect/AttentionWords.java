package io.mla4j.cli.inspect;

import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.attention.MlaConfig;
import java.util.List;

/** An attention's configuration as a person would say it. */
final class AttentionWords {

  private AttentionWords() {}

  /** One or two lines. */
  static List<String> of(AttentionConfig attention) {
    return switch (attention) {
      case DenseConfig dense -> dense(dense);
      case MlaConfig mla -> latent(mla);
      default -> List.of(attention.toString());
    };
  }

  private static List<String> dense(DenseConfig dense) {
    String shared =
        dense.keyValueHeads() == dense.heads()
            ? ""
            : ", %d for keys and values".formatted(dense.keyValueHeads());
    return List.of(
        "dense, %s: %d heads of width %d%s%s%s"
            .formatted(
                kind(dense),
                dense.heads(),
                dense.headDim(),
                shared,
                dense.rotary() ? ", rotary positions" : "",
                window(dense.window())));
  }

  private static String kind(DenseConfig dense) {
    if (dense.keyValueHeads() == dense.heads()) {
      return "multi-head";
    }
    return dense.keyValueHeads() == 1 ? "multi-query" : "grouped-query";
  }

  private static List<String> latent(MlaConfig mla) {
    String queries =
        mla.queryLoraRank() == 0 ? "" : ", queries from one of width " + mla.queryLoraRank();
    return List.of(
        "multi-head latent: %d heads, keys and values from a latent of width %d%s"
            .formatted(mla.heads(), mla.kvLoraRank(), queries),
        "query heads of %d + %d rotary, value heads of %d%s"
            .formatted(mla.nopeDim(), mla.ropeDim(), mla.valueDim(), window(mla.window())));
  }

  private static String window(int window) {
    return window == 0 ? "" : ", each query sees %d tokens".formatted(window);
  }
}
