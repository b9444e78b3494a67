package io.mla4j.flashmla;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.DecodeTrial;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every twin must do. */
abstract class DecodeSuite extends TwinSuite {

  /** Query rows times cached tokens that one test may compute. */
  private static final long WORK = 8_000_000;

  /** Cached tokens of all sequences and key heads. */
  private static final long MOST_CACHED = 100_000;

  @Test
  void aSampleOfTheDenseGrid() {
    check(sample(DecodeCase.denseGrid()));
  }

  @Test
  void aSampleOfTheSparseGrid() {
    check(sample(DecodeCase.sparseGrid()));
  }

  @Test
  void aSampleOverInt8() {
    check(sample(DecodeCase.formatGrid(CacheFormat.INT8)));
  }

  @Test
  void aSampleOverFp8() {
    check(sample(DecodeCase.formatGrid(CacheFormat.FP8)));
  }

  @Test
  void everyWidth() {
    check(DecodeCase.widths());
  }

  @Test
  void emptySequencesAndSinks() {
    check(DecodeCase.denseGrid().stream().filter(c -> c.sinks() || c.emptySequences()).toList());
  }

  @Test
  void lengthsAroundATile() {
    DecodeShape shape = new DecodeShape(1, 1, 5, 1, 40, 24);
    List<DecodeCase> cases = new ArrayList<>();
    int[] lengths = {1, 2, 5, 6, 7, 11, 12, 13, 95, 96, 97, 131, 132, 133, 192, 264, 265, 1321};
    for (int tokens : lengths) {
      DecodeCase bf16 = DecodeCase.dense(shape, tokens, false, true);
      cases.add(bf16);
      cases.add(bf16.withFormat(CacheFormat.FLOAT32));
    }
    check(cases);
  }

  /** As many cases as the work allows, without large caches. */
  static List<DecodeCase> sample(List<DecodeCase> grid) {
    List<DecodeCase> small =
        grid.stream()
            .filter(
                point ->
                    (long) point.shape().batch() * point.shape().keyHeads() * point.tokens()
                        <= MOST_CACHED)
            .toList();
    return sample(small, DecodeSuite::work, WORK, WORK / 8);
  }

  private static long work(DecodeCase point) {
    return point.shape().rows() * (point.topK() > 0 ? point.topK() : point.tokens());
  }

  void check(List<DecodeCase> cases) {
    check(cases, (mla, point, seed) -> DecodeTrial.run(mla, point, seed, 5));
  }
}
