package io.mla4j.cli.bench;

import io.mla4j.flashmla.decode.DecodeShape;
import java.util.ArrayList;
import java.util.List;

/**
 * A latent decode that is timed on a GPU.
 *
 * @param tokens cached, of each sequence
 * @param topK listed tokens of each query token, or 0 for dense attention
 */
record CudaPoint(int batch, int queryTokens, int heads, int tokens, int topK) {

  static final int WIDTH = 576;
  static final int VALUE_WIDTH = 512;

  /** Where memory limits, where products do, and token-sparse ones. */
  static List<CudaPoint> all(boolean quick) {
    if (quick) {
      return List.of(new CudaPoint(2, 1, 16, 200, 0), new CudaPoint(2, 1, 16, 200, 100));
    }
    List<CudaPoint> points = new ArrayList<>();
    for (int tokens : new int[] {4096, 8192, 16384}) {
      points.add(new CudaPoint(128, 1, 16, tokens, 0));
    }
    for (int tokens : new int[] {4096, 8192}) {
      points.add(new CudaPoint(128, 2, 128, tokens, 0));
      points.add(new CudaPoint(128, 1, 128, tokens, 0));
    }
    points.add(new CudaPoint(1, 1, 16, 65_536, 0));
    points.add(new CudaPoint(1, 1, 128, 65_536, 0));
    points.add(new CudaPoint(128, 1, 16, 16_384, 2048));
    points.add(new CudaPoint(128, 2, 128, 16_384, 2048));
    return points;
  }

  DecodeShape shape() {
    return new DecodeShape(batch, queryTokens, heads, 1, WIDTH, VALUE_WIDTH);
  }

  String kernel() {
    return topK > 0 ? "latent-decode-sparse-bf16" : "latent-decode-bf16";
  }

  String words() {
    String list = topK > 0 ? " top " + topK : "";
    return "batch %d queries %d heads %d tokens %d%s"
        .formatted(batch, queryTokens, heads, tokens, list);
  }

  /** What {@code --only} looks at. */
  String name() {
    return kernel() + " " + words();
  }

  private double attended() {
    return topK > 0 ? topK : tokens;
  }

  double flops() {
    return 2.0 * batch * queryTokens * heads * attended() * (WIDTH + VALUE_WIDTH);
  }

  /** Cache and queries read once, results written once; each list reads its own tokens. */
  double bytes() {
    double read = attended() * batch * (topK > 0 ? queryTokens : 1) * WIDTH;
    double rows = (double) batch * queryTokens * heads;
    return 2 * (read + rows * (WIDTH + VALUE_WIDTH)) + 4 * rows;
  }
}
