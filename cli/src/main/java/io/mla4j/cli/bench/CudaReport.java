package io.mla4j.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * What {@code bench cuda --json} writes.
 *
 * @param copyGbps bytes read and written by a copy on the device
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record CudaReport(
    String device,
    Optional<Double> copyGbps,
    Optional<List<CudaFigures>> kernels,
    Optional<VerificationFigures> verification) {}
