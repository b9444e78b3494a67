package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.DecodeTrial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every twin must do. */
abstract class DecodeSuite {

  /** Query rows times cached tokens that one test may compute. */
  private static final long WORK = 8_000_000;

  private FlashMla mla = FlashMla.startInJava(1);

  abstract FlashMla start(int threads);

  @BeforeEach
  void start() {
    mla.close();
    mla = start(3);
  }

  @AfterEach
  void close() {
    mla.close();
  }

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

  /** As many cases in random order as the work allows, the largest left out. */
  static List<DecodeCase> sample(List<DecodeCase> grid) {
    List<DecodeCase> order = new ArrayList<>(grid);
    Collections.shuffle(order, new Random(7));
    List<DecodeCase> sample = new ArrayList<>();
    long work = 0;
    for (DecodeCase point : order) {
      long cost = point.shape().rows() * (point.topK() > 0 ? point.topK() : point.tokens());
      long cached = (long) point.shape().batch() * point.shape().keyHeads() * point.tokens();
      if (work + cost <= WORK && cost <= WORK / 8 && cached <= 100_000) {
        sample.add(point);
        work += cost;
      }
    }
    return sample;
  }

  void check(List<DecodeCase> cases) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Optional<String> found = DecodeTrial.run(mla, cases.get(i), i, 5);
      found.ifPresent(wrong::add);
    }
    assertEquals(List.of(), wrong, wrong.size() + " of " + cases.size() + " cases");
  }
}
