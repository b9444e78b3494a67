package io.mla4j.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * One row of {@code bench cuda --json}.
 *
 * @param millis the median of one run
 * @param gbps billions of bytes a second, each byte of cache, queries and results counted once
 * @param shareOfCopy of the bandwidth of a copy on the device
 * @param peerGflops of cuBLAS's two products over the same tokens in one piece, without a softmax
 * @param ratio cuBLAS's time over ours
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record CudaFigures(
    String kernel,
    String shape,
    String twin,
    double millis,
    double gflops,
    double gbps,
    double shareOfCopy,
    Optional<String> peer,
    Optional<Double> peerMillis,
    Optional<Double> peerGflops,
    Optional<Double> ratio) {

  static CudaFigures of(
      CudaPoint point, double millis, Optional<Double> peerMillis, double copyGbps) {
    double gbps = point.bytes() / millis * 1e-6;
    return new CudaFigures(
        point.kernel(),
        point.words(),
        "cuda",
        millis,
        point.flops() / millis * 1e-6,
        gbps,
        gbps / copyGbps,
        peerMillis.map(there -> "cublas"),
        peerMillis,
        peerMillis.map(theirs -> point.flops() / theirs * 1e-6),
        peerMillis.map(theirs -> theirs / millis));
  }
}
