package io.mla4j.models.encoder;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The chunks of a batch one after another, without padding.
 *
 * @param ids [N] of all tokens
 * @param sequences one a chunk
 * @param longest T, tokens of the longest chunk
 */
@SuppressWarnings("ArrayRecordComponent") // made for one pass, never compared
record PackedChunks(long[] ids, PackedSequences sequences, int longest) {

  static PackedChunks of(TextBatch batch) {
    PackedSequences sequences = PackedSequences.ofLengths(batch.lengths());
    long[] ids = new long[sequences.tokens()];
    for (int chunk = 0; chunk < batch.chunks(); chunk++) {
      int from = chunk * batch.tokens();
      System.arraycopy(batch.ids(), from, ids, sequences.start(chunk), sequences.length(chunk));
    }
    return new PackedChunks(ids, sequences, batch.tokens());
  }

  /**
   * Vectors of the tokens as rows of one length, zeros where a chunk is shorter.
   *
   * @param x [1, N, E]
   * @return [chunks, T, E]
   */
  Tensor padded(Tensor x) {
    Engine engine = x.engine();
    long size = x.shape().dim(2);
    long tokens = sequences.tokens();
    Tensor nothing = engine.zeros(x.dtype(), 1, size);
    Tensor rows = engine.concat(List.of(x.reshape(tokens, size), nothing), 0);
    long[] places = new long[Math.multiplyExact(sequences.count(), longest)];
    Arrays.fill(places, tokens);
    for (int chunk = 0; chunk < sequences.count(); chunk++) {
      for (int token = 0; token < sequences.length(chunk); token++) {
        places[chunk * longest + token] = (long) sequences.start(chunk) + token;
      }
    }
    return rows.indexSelect(0, engine.ofLongs(places, places.length))
        .reshape(sequences.count(), longest, size);
  }
}
