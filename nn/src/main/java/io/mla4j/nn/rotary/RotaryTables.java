package io.mla4j.nn.rotary;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tables of angles of a model, one for each way its layers rotate. */
public final class RotaryTables implements AutoCloseable {

  private final Engine engine;
  private final DType dtype;
  private final Map<RotaryConfig, RotaryEmbedding> tables = new ConcurrentHashMap<>();

  /**
   * No tables yet.
   *
   * @param dtype of cos and sin
   */
  public RotaryTables(Engine engine, DType dtype) {
    this.engine = engine;
    this.dtype = dtype;
  }

  public Rotation rotation(RotaryConfig config, TokenPositions positions) {
    return tables.computeIfAbsent(config, c -> new RotaryEmbedding(engine, dtype, c)).at(positions);
  }

  @Override
  public void close() {
    tables.values().forEach(RotaryEmbedding::close);
    tables.clear();
  }
}
