package io.mla4j.flashmla;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Latent-attention decoding on the CPU. Any number of threads may call at once; each call uses the
 * threads given at the start and the caller's.
 */
public final class FlashMla implements AutoCloseable {

  /** Rows of the result that are worth handing to another thread. */
  private static final int MERGED_AT_ONCE = 8;

  private final Kernels kernels;
  private final boolean ownsKernels;
  private final List<DecodeTwin> twins;

  private FlashMla(Kernels kernels, boolean ownsKernels, List<DecodeTwin> twins) {
    this.kernels = kernels;
    this.ownsKernels = ownsKernels;
    this.twins = twins;
  }

  /**
   * Starts with the best kernels this machine can run.
   *
   * @param threads how many one call may use, the caller's among them
   */
  public static FlashMla start(int threads) {
    Kernels kernels = Kernels.start(threads);
    return new FlashMla(kernels, true, twins(kernels));
  }

  /** Shares the threads and working memory of kernels that stay the caller's to close. */
  public static FlashMla on(Kernels kernels) {
    return new FlashMla(kernels, false, twins(kernels));
  }

  /** The C twins first, where there are any; what they do not read, the Java twin does. */
  private static List<DecodeTwin> twins(Kernels kernels) {
    Scratch scratch = kernels.bodies().scratch();
    Stream<DecodeTwin> c =
        Arrays.stream(CacheFormat.values())
            .flatMap(format -> NativeDecode.find(format, scratch).stream());
    return Stream.concat(c, Stream.of(new JavaDecode(kernels.bodies()))).toList();
  }

  /** As {@link #on}, with the Java twin alone: for comparing the two. */
  public static FlashMla inJavaOn(Kernels kernels) {
    return new FlashMla(kernels, false, List.of(new JavaDecode(kernels.bodies())));
  }

  /** As {@link #start}, with the Java twin alone. */
  static FlashMla startInJava(int threads) {
    Kernels kernels = Kernels.start(threads);
    return new FlashMla(kernels, true, List.of(new JavaDecode(kernels.bodies())));
  }

  /** What decodes a cache of this format. */
  public String description(CacheFormat format) {
    return twin(format).description();
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
   * length is never read.
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
    DecodeCheck.table(metadata, cache, table);
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
