package io.mla4j.flashmla.verification;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;

/** What a trial tries: decoding over memory of the host, wherever it runs. */
public interface Decoder {

  void decode(
      DecodeShape shape,
      int[] cacheLengths,
      Queries queries,
      PagedCache cache,
      BlockTable table,
      DecodeOptions options,
      DecodeResult result);

  void sparseDecode(
      DecodeShape shape,
      Queries queries,
      PagedCache cache,
      TokenIndices indices,
      DecodeOptions options,
      DecodeResult result);

  /** Decoding on the CPU. */
  static Decoder of(FlashMla mla) {
    return new Decoder() {
      @Override
      public void decode(
          DecodeShape shape,
          int[] cacheLengths,
          Queries queries,
          PagedCache cache,
          BlockTable table,
          DecodeOptions options,
          DecodeResult result) {
        mla.decode(mla.metadata(shape, cacheLengths), queries, cache, table, options, result);
      }

      @Override
      public void sparseDecode(
          DecodeShape shape,
          Queries queries,
          PagedCache cache,
          TokenIndices indices,
          DecodeOptions options,
          DecodeResult result) {
        mla.sparseDecode(
            mla.sparseMetadata(shape, indices.topK()), queries, cache, indices, options, result);
      }
    };
  }
}
