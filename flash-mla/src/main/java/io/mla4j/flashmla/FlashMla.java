package io.mla4j.flashmla;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.MemoryCheck;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.flashmla.decode.DecodeCheck;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.DecodeTask;
import io.mla4j.flashmla.decode.DecodeTwin;
import io.mla4j.flashmla.decode.JavaDecode;
import io.mla4j.flashmla.decode.Merge;
import io.mla4j.flashmla.decode.MlaMetadata;
import io.mla4j.flashmla.decode.NativeDecode;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.indexer.Indexer;
import io.mla4j.flashmla.indexer.IndexerCheck;
import io.mla4j.flashmla.indexer.IndexerMetadata;
import io.mla4j.flashmla.indexer.IndexerQueries;
import io.mla4j.flashmla.indexer.IndexerShape;
import io.mla4j.flashmla.indexer.IndexerTask;
import io.mla4j.flashmla.indexer.IndexerTwin;
import io.mla4j.flashmla.indexer.JavaIndexer;
import io.mla4j.flashmla.indexer.JavaTopK;
import io.mla4j.flashmla.indexer.NativeIndexer;
import io.mla4j.flashmla.indexer.NativeTopK;
import io.mla4j.flashmla.indexer.TopKTwin;
import io.mla4j.flashmla.prefill.JavaPrefill;
import io.mla4j.flashmla.prefill.NativePrefill;
import io.mla4j.flashmla.prefill.Prefill;
import io.mla4j.flashmla.prefill.PrefillCheck;
import io.mla4j.flashmla.prefill.PrefillMetadata;
import io.mla4j.flashmla.prefill.PrefillResult;
import io.mla4j.flashmla.prefill.PrefillShape;
import io.mla4j.flashmla.prefill.PrefillTask;
import io.mla4j.flashmla.prefill.PrefillTwin;
import io.mla4j.flashmla.prefill.SparsePrefill;
import io.mla4j.flashmla.prefill.SparsePrefillCheck;
import io.mla4j.flashmla.prefill.SparsePrefillResult;
import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Latent-attention decoding and prefill on the CPU, and the choice of tokens for sparse ones. Any
 * number of threads may call at once; each call uses the threads given at the start and the
 * caller's. Results share no memory with what a call reads.
 */
public final class FlashMla implements AutoCloseable {

  /** Rows of the result that are worth handing to another thread. */
  private static final int MERGED_AT_ONCE = 8;

  private final Kernels kernels;
  private final boolean ownsKernels;
  private final List<DecodeTwin> twins;
  private final Prefill prefill;
  private final Indexer indexer;
  private final SparsePrefill sparsePrefill;

  private FlashMla(Kernels kernels, boolean ownsKernels, boolean inC) {
    this.kernels = kernels;
    this.ownsKernels = ownsKernels;
    this.twins = twins(kernels, inC);
    this.prefill = new Prefill(kernels, prefillTwins(kernels, inC));
    this.indexer = new Indexer(kernels, indexerTwins(kernels, inC), topKTwin(kernels, inC));
    this.sparsePrefill = new SparsePrefill(kernels);
  }

  /**
   * Starts with the best kernels this machine can run.
   *
   * @param threads how many one call may use, the caller's among them
   */
  public static FlashMla start(int threads) {
    Kernels kernels = Kernels.start(threads);
    return new FlashMla(kernels, true, true);
  }

  /** Shares the threads and working memory of kernels that stay the caller's to close. */
  public static FlashMla on(Kernels kernels) {
    return new FlashMla(kernels, false, true);
  }

  /** The C twins first, where there are any; what they do not read, the Java twin does. */
  private static List<DecodeTwin> twins(Kernels kernels, boolean inC) {
    Scratch scratch = kernels.bodies().scratch();
    Stream<DecodeTwin> c =
        Arrays.stream(CacheFormat.values())
            .filter(format -> inC)
            .flatMap(format -> NativeDecode.find(format, scratch).stream());
    return Stream.concat(c, Stream.of(new JavaDecode(kernels.bodies()))).toList();
  }

  private static List<PrefillTwin> prefillTwins(Kernels kernels, boolean inC) {
    Scratch scratch = kernels.bodies().scratch();
    Stream<PrefillTwin> c =
        Arrays.stream(ElementType.values())
            .filter(type -> inC)
            .flatMap(type -> NativePrefill.find(type, scratch).stream());
    return Stream.concat(c, Stream.of(new JavaPrefill(kernels.bodies()))).toList();
  }

  private static List<IndexerTwin> indexerTwins(Kernels kernels, boolean inC) {
    Scratch scratch = kernels.bodies().scratch();
    Stream<IndexerTwin> c =
        Arrays.stream(CacheFormat.values())
            .filter(format -> inC)
            .flatMap(format -> NativeIndexer.find(format, scratch).stream());
    return Stream.concat(c, Stream.of(new JavaIndexer(kernels.bodies()))).toList();
  }

  private static TopKTwin topKTwin(Kernels kernels, boolean inC) {
    Optional<NativeTopK> c = NativeTopK.find(kernels.bodies().scratch());
    return inC && c.isPresent() ? c.get() : new JavaTopK();
  }

  /** As {@link #on}, with the Java twin alone: for comparing the two. */
  public static FlashMla inJavaOn(Kernels kernels) {
    return new FlashMla(kernels, false, false);
  }

  /** As {@link #start}, with the Java twin alone. */
  static FlashMla startInJava(int threads) {
    Kernels kernels = Kernels.start(threads);
    return new FlashMla(kernels, true, false);
  }

  /** What decodes a cache of this format. */
  public String description(CacheFormat format) {
    return twin(format).description();
  }

  /** What prefills queries, keys and values of this type. */
  public String description(ElementType type) {
    return prefill.twin(type).description();
  }

  private DecodeTwin twin(CacheFormat format) {
    return twins.stream().filter(twin -> twin.supports(format)).findFirst().orElseThrow();
  }

  /**
   * Divides a step over block tables, {@code get_mla_metadata}. Made once, it serves every layer.
   *
   * @param cacheLengths [B]: cached tokens of each sequence, those of the queries among them
   */
  public MlaMetadata metadata(DecodeShape shape, int[] cacheLengths) {
    return MlaMetadata.of(shape, cacheLengths, kernels.threads().count());
  }

  /** Divides a step over lists of {@code topK} tokens a query. */
  public MlaMetadata sparseMetadata(DecodeShape shape, int topK) {
    return MlaMetadata.sparse(shape, topK, kernels.threads().count());
  }

  /**
   * Attends to every cached token, {@code flash_mla_with_kvcache}. What lies behind a sequence's
   * length is never read. A token that is not finite reaches the queries that see it and no other.
   *
   * @throws IllegalArgumentException if a size, a block or a piece of memory does not fit; nothing
   *     has then been written
   */
  public void decode(
      MlaMetadata metadata,
      Queries queries,
      PagedCache cache,
      BlockTable table,
      DecodeOptions options,
      DecodeResult result) {
    DecodeCheck.kind(metadata, false);
    DecodeCheck.common(metadata, queries, cache, result);
    DecodeCheck.options(metadata.shape(), options);
    DecodeCheck.table(metadata.shape().batch(), metadata::length, cache, table);
    run(
        new DecodeTask(
            metadata, queries, cache, table.memory(), table.blocksPerSequence(), options),
        result);
  }

  /**
   * Attends to the listed tokens alone, {@code flash_mla_with_kvcache} with {@code indices}: the
   * cost follows K and not the length of the cache.
   *
   * @throws IllegalArgumentException if a size, an index or a piece of memory does not fit; nothing
   *     has then been written
   */
  public void sparseDecode(
      MlaMetadata metadata,
      Queries queries,
      PagedCache cache,
      TokenIndices indices,
      DecodeOptions options,
      DecodeResult result) {
    DecodeCheck.kind(metadata, true);
    DecodeCheck.common(metadata, queries, cache, result);
    DecodeCheck.options(metadata.shape(), options);
    for (int b = 0; b < metadata.shape().batch(); b++) {
      if (metadata.length(b) != indices.topK()) {
        throw new IllegalArgumentException(
            "The metadata was made for lists of %d tokens, not of %d."
                .formatted(metadata.length(b), indices.topK()));
      }
    }
    DecodeCheck.indices(metadata, cache, indices);
    run(
        new DecodeTask(metadata, queries, cache, indices.memory(), indices.topK(), options),
        result);
  }

  /**
   * Divides a prefill of packed sequences. Made once, it serves every layer.
   *
   * @param cuSeqlensQ [B + 1]: where the query tokens of each sequence start, and the end
   * @param cuSeqlensK [B + 1]: where the keys of each sequence start, and the end
   * @param causal whether query t of T sees only the first {@code S − T + t + 1} of its sequence's
   *     S keys: queries stand at the end of the keys, behind a cached prefix where there is one
   */
  public PrefillMetadata prefillMetadata(
      PrefillShape shape, int[] cuSeqlensQ, int[] cuSeqlensK, boolean causal) {
    return PrefillMetadata.of(shape, cuSeqlensQ, cuSeqlensK, causal, kernels.threads().count());
  }

  /**
   * Attends to the keys of each sequence in the expanded form, {@code flash_attn_varlen_func}. The
   * result may not share memory with what is read. A key or value that is not finite reaches the
   * queries that see it and no other.
   *
   * @param queries [query tokens, H, D], bf16 or float32
   * @param keys [key tokens, G, D], of the same type
   * @param values [key tokens, G, V], of the same type
   * @param scale what {@code q · k} is multiplied with
   * @throws IllegalArgumentException if a size or a piece of memory does not fit; nothing has then
   *     been written
   */
  public void prefill(
      PrefillMetadata metadata,
      TokenRows queries,
      TokenRows keys,
      TokenRows values,
      double scale,
      PrefillResult result) {
    PrefillTask task = new PrefillTask(metadata, queries, keys, values, scale, result);
    PrefillCheck.all(task);
    prefill.run(task);
  }

  /**
   * Attends in the absorbed form with each of many query tokens to the tokens that its list names,
   * {@code flash_mla_sparse_fwd}. What {@link #sparseDecode} does for a few query tokens, with
   * working memory that does not grow with their number.
   *
   * @param shape B · T query tokens, with G = 1
   * @param cache keys whose values are their first part; keys that lie one after another are a
   *     cache of one block
   * @param indices [B, T, K]: tokens of the cache; what is less than 0 or beyond its end is left
   *     out, and what is listed twice counts twice
   * @param options causal is of no meaning: the lists say what is seen
   * @throws IllegalArgumentException if a size or a piece of memory does not fit; nothing has then
   *     been written
   */
  public void sparsePrefill(
      DecodeShape shape,
      Queries queries,
      PagedCache cache,
      TokenIndices indices,
      DecodeOptions options,
      SparsePrefillResult result) {
    SparsePrefillCheck.all(shape, queries, cache, indices, options, result);
    DecodeShape one = new DecodeShape(1, 1, shape.heads(), 1, shape.width(), shape.valueWidth());
    sparsePrefill.run(
        new SparsePrefill.Task(one, queries, cache, indices, options, result),
        (long) shape.batch() * shape.queryTokens(),
        twin(cache.format()));
  }

  /**
   * Divides the scores of the lightning indexer. Made once, it serves every layer.
   *
   * @param cacheLengths [B]: cached keys of each sequence, those of the queries among them
   * @param causal whether query token t sees only the first {@code S − T + t + 1} keys
   */
  public IndexerMetadata indexerMetadata(IndexerShape shape, int[] cacheLengths, boolean causal) {
    return IndexerMetadata.of(shape, cacheLengths, causal, kernels.threads().count());
  }

  /**
   * Scores keys with the lightning indexer (DeepSeek-V3.2, equation 1): {@code I[t, s] = Σ_h w[t,
   * h] · max(0, q[t, h] · k[s])}.
   *
   * @param cache keys of width D, whole rows of a format with a value as wide as the key; keys that
   *     lie one after another are a cache of one block. Over int8 keys the C twin quantizes each
   *     head's query to 8 bits, over bf16 keys it rounds queries to bf16
   * @param scores float32 [B, T, longest sequence], −∞ where a key is not seen
   * @throws IllegalArgumentException if a size, a block or a piece of memory does not fit; nothing
   *     has then been written
   */
  public void indexScores(
      IndexerMetadata metadata,
      IndexerQueries queries,
      PagedCache cache,
      BlockTable table,
      MemorySegment scores) {
    IndexerTask task = new IndexerTask(metadata, queries, cache, table);
    IndexerCheck.task(task);
    IndexerCheck.scores(metadata, scores);
    IndexerCheck.apart("scores", scores, task);
    indexer.score(task, scores);
  }

  /**
   * Chooses for each query token the K keys that {@link #indexScores} scores highest, without
   * keeping scores of more than a few query tokens. What comes out is what {@link #sparseDecode}
   * and {@link #sparsePrefill} take in.
   *
   * @param result [B, T, K]: tokens of the pool in the order of the sequence and not of the scores,
   *     −1 behind them where fewer than K keys are seen. Of equal scores the earlier keys are taken
   * @throws IllegalArgumentException if a size, a block or a piece of memory does not fit; nothing
   *     has then been written
   */
  public void selectTokens(
      IndexerMetadata metadata,
      IndexerQueries queries,
      PagedCache cache,
      BlockTable table,
      TokenIndices result) {
    IndexerTask task = new IndexerTask(metadata, queries, cache, table);
    IndexerCheck.task(task);
    IndexerCheck.pool(cache);
    IndexerCheck.indices(metadata.shape().tokens(), result);
    IndexerCheck.apart("indices", result.memory(), task);
    indexer.select(task, result);
  }

  /**
   * Finds the K largest elements of each row, exactly. Of equal elements those of the lower
   * positions are taken; both zeros are equal, and NaN is less than every number.
   *
   * @param rows float32 [count, width]
   * @param result [count, K]: positions in the row, ascending, and −1 behind them where a row has
   *     fewer than K elements
   * @throws IllegalArgumentException if a size or a piece of memory does not fit; nothing has then
   *     been written
   */
  public void topK(MemorySegment rows, long count, int width, TokenIndices result) {
    IndexerCheck.matrix(rows, count, width);
    IndexerCheck.indices(count, result);
    MemoryCheck.apart("indices", result.memory(), rows);
    indexer.topK(rows, count, width, result);
  }

  private void run(DecodeTask task, DecodeResult result) {
    DecodeTwin twin = twin(task.cache().format());
    MlaMetadata metadata = task.metadata();
    try (Scratch.Loan loan = kernels.bodies().scratch().borrow(metadata.partialElements())) {
      MemorySegment partial = loan.memory();
      kernels
          .threads()
          .parallelFor(
              metadata.parts().size(),
              1,
              (from, to) ->
                  metadata
                      .parts()
                      .subList((int) from, (int) to)
                      .forEach(part -> twin.run(task, part, partial)));
      merge(task, result, partial);
    }
  }

  private void merge(DecodeTask task, DecodeResult result, MemorySegment partial) {
    kernels
        .threads()
        .parallelFor(
            task.shape().rows(),
            MERGED_AT_ONCE,
            (from, to) -> new Merge(task, result, partial).run(from, to));
  }

  /** Ends its threads, unless they are another's. */
  @Override
  public void close() {
    if (ownsKernels) {
      kernels.close();
    }
  }
}
