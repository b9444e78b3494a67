package io.mla4j.nn.rotary;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import org.jspecify.annotations.Nullable;

/**
 * The table of angles on an engine, computed in float64 and grown as positions are asked for. Not
 * for several threads at once while it grows.
 */
public final class RotaryEmbedding implements AutoCloseable {

  private final Engine engine;
  private final DType dtype;
  private final RotaryConfig config;
  private @Nullable Rotation table;

  public RotaryEmbedding(Engine engine, DType dtype, RotaryConfig config) {
    this.engine = engine;
    this.dtype = dtype;
    this.config = config;
  }

  /** The angles of positions {@code start} to {@code start + count}. */
  public Rotation at(long start, long count) {
    return at(TokenPositions.from(start, count));
  }

  /** The angles of positions: views of the table where they are consecutive. */
  public synchronized Rotation at(TokenPositions positions) {
    Rotation known = table;
    if (known == null || known.cos().shape().dim(0) < positions.end()) {
      known = tabulate(Math.max(64, Long.highestOneBit(positions.end()) * 2));
      close();
      table = known;
    }
    return new Rotation(
        angles(known.cos(), positions), angles(known.sin(), positions), config.layout());
  }

  private Tensor angles(Tensor all, TokenPositions positions) {
    return switch (positions) {
      case TokenPositions.Consecutive run -> all.narrow(0, run.start(), run.count());
      case TokenPositions.Each each -> {
        Tensor index = engine.ofLongs(each.values(), each.values().length);
        Tensor rows = all.indexSelect(0, index); // [rows · T, P/2]
        yield each.rows() == 1 ? rows : rows.reshape(each.rows(), each.count(), all.shape().dim(1));
      }
    };
  }

  private Rotation tabulate(long positions) {
    double[] frequencies = config.frequencies();
    int rows = Math.toIntExact(positions);
    double[] cos = new double[Math.multiplyExact(rows, frequencies.length)];
    double[] sin = new double[cos.length];
    for (int i = 0; i < cos.length; i++) {
      double angle = (i / frequencies.length) * frequencies[i % frequencies.length];
      cos[i] = Math.cos(angle) * config.amplitude();
      sin[i] = Math.sin(angle) * config.amplitude();
    }
    return new Rotation(
        owned(cos, rows, frequencies.length),
        owned(sin, rows, frequencies.length),
        config.layout());
  }

  private Tensor owned(double[] values, long rows, long columns) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor tensor = engine.ofDoubles(values, rows, columns).cast(dtype);
      return TensorScope.release(tensor);
    }
  }

  @Override
  public synchronized void close() {
    Rotation known = table;
    if (known != null) {
      known.cos().close();
      known.sin().close();
      table = null;
    }
  }
}
