package io.mla4j.cli.bench;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.DecodeTrial;
import io.mla4j.flashmla.verification.IndexerCase;
import io.mla4j.flashmla.verification.IndexerTrial;
import io.mla4j.flashmla.verification.PrefillCase;
import io.mla4j.flashmla.verification.PrefillTrial;
import io.mla4j.flashmla.verification.SparsePrefillTrial;
import io.mla4j.kernels.verification.AttentionCase;
import io.mla4j.kernels.verification.AttentionTrial;
import io.mla4j.kernels.verification.PackedCase;
import io.mla4j.kernels.verification.PackedProductCase;
import io.mla4j.kernels.verification.PackedProductTrial;
import io.mla4j.kernels.verification.PackedTrial;
import io.mla4j.kernels.verification.PagedCase;
import io.mla4j.kernels.verification.PagedTrial;
import io.mla4j.kernels.verification.ProductCase;
import io.mla4j.kernels.verification.ProductTrial;
import io.mla4j.kernels.verification.RotaryCase;
import io.mla4j.kernels.verification.RotaryTrial;
import io.mla4j.kernels.verification.RowCase;
import io.mla4j.kernels.verification.RowTrial;
import java.util.ArrayList;
import java.util.List;

/** Everything that is checked, against loops in float64. */
final class Verifications {

  /** Query rows of a case that are compared with the oracle, by family. */
  private static final int DECODE_ROWS = 6;

  private static final int PREFILL_ROWS = 8;
  private static final int SPARSE_PREFILL_ROWS = 20;

  /** Scores of a case of the indexer that are compared. */
  private static final int SCORES = 500;

  /** Multiply-adds, or scores, of the largest case in a small part. */
  private static final long QUICK_WORK = 1_000_000;

  private Verifications() {}

  static List<Verification<?>> all() {
    return List.of(
        new Verification<>(
            "product-float32",
            ProductCase::grid,
            97,
            point -> point.work() <= QUICK_WORK,
            (twin, point, seed) -> ProductTrial.run(twin.kernels(), point, seed)),
        new Verification<>(
            "packed-product",
            PackedProductCase::grid,
            47,
            point -> point.work() <= QUICK_WORK,
            (twin, point, seed) ->
                PackedProductTrial.run(twin.products(), twin.threads(), point, seed)),
        new Verification<>(
            "rows",
            RowCase::grid,
            17,
            point -> true,
            (twin, point, seed) -> RowTrial.run(twin.kernels(), point, seed)),
        new Verification<>(
            "rotary",
            RotaryCase::grid,
            13,
            point -> true,
            (twin, point, seed) -> RotaryTrial.run(twin.kernels(), point, seed)),
        new Verification<>(
            "attention-float32",
            AttentionCase::grid,
            11,
            point -> point.work() <= QUICK_WORK,
            (twin, point, seed) -> AttentionTrial.run(twin.kernels(), point, seed)),
        new Verification<>(
            "attention-packed",
            PackedCase::grid,
            7,
            point -> true,
            (twin, point, seed) -> PackedTrial.run(twin.kernels(), point, seed)),
        new Verification<>(
            "paged-decode",
            PagedCase::grid,
            19,
            point -> true,
            (twin, point, seed) -> PagedTrial.run(twin.paged(), point, seed)),
        new Verification<>(
            "latent-decode",
            Verifications::decodes,
            400,
            point -> true,
            (twin, point, seed) -> DecodeTrial.run(twin.mla(), point, seed, DECODE_ROWS)),
        new Verification<>(
            "prefill",
            Verifications::prefills,
            100,
            point -> point.work() <= QUICK_WORK,
            (twin, point, seed) -> PrefillTrial.run(twin.mla(), point, seed, PREFILL_ROWS)),
        new Verification<>(
            "indexer",
            IndexerCase::grid,
            60,
            point -> point.work() <= QUICK_WORK,
            (twin, point, seed) -> IndexerTrial.run(twin.mla(), point, seed, SCORES)),
        new Verification<>(
            "sparse-prefill",
            SparsePrefillTrial::grid,
            26,
            point -> true,
            (twin, point, seed) ->
                SparsePrefillTrial.run(twin.mla(), point, seed, SPARSE_PREFILL_ROWS)));
  }

  private static List<DecodeCase> decodes() {
    List<DecodeCase> cases = new ArrayList<>(DecodeCase.denseGrid());
    cases.addAll(DecodeCase.sparseGrid());
    cases.addAll(DecodeCase.widths());
    cases.addAll(DecodeCase.formatGrid(CacheFormat.FLOAT32));
    cases.addAll(DecodeCase.formatGrid(CacheFormat.INT8));
    cases.addAll(DecodeCase.formatGrid(CacheFormat.FP8));
    return cases;
  }

  private static List<PrefillCase> prefills() {
    List<PrefillCase> cases = new ArrayList<>(PrefillCase.grid());
    cases.addAll(PrefillCase.widths());
    cases.addAll(PrefillCase.lengths());
    return cases;
  }
}
