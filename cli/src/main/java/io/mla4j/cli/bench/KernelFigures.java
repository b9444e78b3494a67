package io.mla4j.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mla4j.cli.bench.cases.KernelCase;
import io.mla4j.cli.bench.cases.Peer;
import io.mla4j.cli.bench.cases.Speed;
import java.util.Optional;

/**
 * One row of {@code bench kernels --json}. What does not apply is left out.
 *
 * @param twin {@code c} or {@code java}
 * @param millis the median of one run
 * @param gflops billions of operations a second, for a kernel judged by them
 * @param gbps billions of bytes a second, for one judged by the bandwidth of memory
 * @param shareOfPeak 1 for all this machine can do
 * @param ratio the peer's time over ours: above 1 is faster than the peer
 * @param othersCores cores that other programs used meanwhile; the row is too slow by them
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record KernelFigures(
    String kernel,
    String shape,
    String twin,
    double millis,
    Optional<Double> gflops,
    Optional<Double> gbps,
    Optional<Double> shareOfPeak,
    Optional<String> peer,
    Optional<Double> peerMillis,
    Optional<Double> ratio,
    Optional<Double> othersCores) {

  static KernelFigures of(
      KernelCase measured,
      Stopwatch.Timing timing,
      Optional<Peer> peer,
      PeakFigures peaks,
      Optional<Double> othersCores) {
    double perSecond = measured.load().amount() / timing.millis() * 1e3;
    boolean operations = measured.load().peak().countsOperations();
    Optional<Double> speed = Optional.of(Speed.giga(perSecond));
    return new KernelFigures(
        measured.kernel(),
        measured.shape(),
        measured.twin(),
        timing.millis(),
        operations ? speed : Optional.empty(),
        operations ? Optional.empty() : speed,
        peaks.of(measured.load().peak()).map(peak -> perSecond / peak.perSecond()),
        peer.map(Peer::name),
        timing.peerMillis(),
        timing.peerMillis().map(theirs -> theirs / timing.millis()),
        othersCores);
  }
}
