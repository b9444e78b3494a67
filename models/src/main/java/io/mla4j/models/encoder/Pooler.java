package io.mla4j.models.encoder;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.util.Optional;

/** Joins the vectors of a document's tokens, over all of its chunks, into one. */
final class Pooler extends Module {

  private final Pooling pooling;
  private final Optional<Linear> attention;

  Pooler(Initializer initializer, Pooling pooling, int width) {
    this.pooling = pooling;
    this.attention =
        pooling == Pooling.ATTENTION
            ? Optional.of(child("attention", new Linear(initializer, width, 1, false)))
            : Optional.empty();
  }

  /**
   * Pools.
   *
   * @param x [chunks, T, E]
   * @return [documents, E]
   */
  Tensor forward(Tensor x, TextBatch batch, TokenMask mask) {
    return switch (pooling) {
      case MEAN -> mean(x, batch);
      case CLS -> overChunks(x.narrow(1, 0, 1).squeeze(1), batch);
      case MAX -> overChunks(largest(x, mask), batch);
      case ATTENTION -> overChunks(weighted(x, mask), batch);
    };
  }

  /** The mean over a document's tokens, as one product with a row of weights a chunk. */
  static Tensor mean(Tensor x, TextBatch batch) {
    int[] tokensOfDocument = new int[batch.documents()];
    for (int chunk = 0; chunk < batch.chunks(); chunk++) {
      tokensOfDocument[batch.documentOfChunk()[chunk]] += batch.lengths()[chunk];
    }
    float[] weights = new float[batch.chunks() * batch.tokens()];
    for (int chunk = 0; chunk < batch.chunks(); chunk++) {
      int start = chunk * batch.tokens();
      float weight = 1f / tokensOfDocument[batch.documentOfChunk()[chunk]];
      java.util.Arrays.fill(weights, start, start + batch.lengths()[chunk], weight);
    }
    Engine engine = x.engine();
    Tensor rows = engine.ofFloats(weights, batch.chunks(), 1, batch.tokens()).cast(x.dtype());
    Tensor ofChunks = rows.matmul(x).squeeze(1); // [chunks, E]
    return batch.chunks() == batch.documents()
        ? ofChunks
        : chunksToDocuments(engine, batch, 1).cast(x.dtype()).matmul(ofChunks);
  }

  private static Tensor largest(Tensor x, TokenMask mask) {
    Tensor visible =
        mask.padding()
            .map(real -> x.maskedFill(real.not().unsqueeze(2), x.dtype().lowest()))
            .orElse(x);
    return visible.max(1).squeeze(1); // [chunks, E]
  }

  private Tensor weighted(Tensor x, TokenMask mask) {
    Tensor scores =
        attention
            .orElseThrow(() -> new IllegalStateException("Only attention pooling has scores."))
            .forward(x)
            .transpose(1, 2); // [chunks, 1, T]
    Tensor visible =
        mask.padding()
            .map(real -> scores.maskedFill(real.not().unsqueeze(1), scores.dtype().lowest()))
            .orElse(scores);
    return visible.softmax().matmul(x).squeeze(1); // [chunks, E]
  }

  /** The mean of a document's chunks. */
  private Tensor overChunks(Tensor ofChunks, TextBatch batch) {
    if (batch.chunks() == batch.documents()) {
      return ofChunks;
    }
    int[] chunksOfDocument = new int[batch.documents()];
    for (int document : batch.documentOfChunk()) {
      chunksOfDocument[document]++;
    }
    Engine engine = ofChunks.engine();
    float[] shares = new float[batch.documents()];
    for (int document = 0; document < shares.length; document++) {
      shares[document] = 1f / chunksOfDocument[document];
    }
    Tensor sums = chunksToDocuments(engine, batch, 1).cast(ofChunks.dtype()).matmul(ofChunks);
    return sums.mul(engine.ofFloats(shares, batch.documents(), 1).cast(ofChunks.dtype()));
  }

  /** [documents, chunks] with a value where the chunk is the document's and 0 elsewhere. */
  private static Tensor chunksToDocuments(Engine engine, TextBatch batch, float value) {
    float[] matrix = new float[batch.documents() * batch.chunks()];
    for (int chunk = 0; chunk < batch.chunks(); chunk++) {
      matrix[batch.documentOfChunk()[chunk] * batch.chunks() + chunk] = value;
    }
    return engine.ofFloats(matrix, batch.documents(), batch.chunks());
  }
}
