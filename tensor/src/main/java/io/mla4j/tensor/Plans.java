package io.mla4j.tensor;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is made once in a forward pass and used by all of its layers: masks, rotations, an engine's
 * shares of work. For one thread; whoever made it closes it when the pass is over.
 */
public final class Plans implements AutoCloseable {

  /** Keeps nothing: everything is made anew each time it is asked for. */
  public static final Plans NONE = new Plans(false);

  private final boolean keeps;
  private final Map<Object, Object> made = new HashMap<>();

  private Plans(boolean keeps) {
    this.keeps = keeps;
  }

  public static Plans open() {
    return new Plans(true);
  }

  /**
   * The plan that was made for this key, or a new one. Tensors that a {@link Plan} holds must have
   * been taken out of their scopes; for a single one there is {@link #tensor}.
   *
   * @param key equal for equal plans, such as a record of what they depend on
   * @param kind of the plan
   */
  public <P> P plan(Object key, Class<P> kind, Supplier<P> make) {
    if (!keeps) {
      return make.get();
    }
    Object known = made.get(key);
    if (known == null) {
      known = make.get();
      made.put(key, known);
    }
    return kind.cast(known);
  }

  /** A tensor that outlives the scope it is first asked for in, until this is closed. */
  public Tensor tensor(Object key, Supplier<Tensor> make) {
    if (!keeps) {
      return make.get();
    }
    return plan(
        key,
        Tensor.class,
        () -> {
          try (TensorScope scope = TensorScope.open()) {
            return TensorScope.release(make.get());
          }
        });
  }

  /** Frees the tensors and closes the plans that can be closed. */
  @Override
  public void close() {
    for (Object plan : made.values()) {
      if (plan instanceof Tensor) {
        ((Tensor) plan).close();
      } else if (plan instanceof Plan) {
        ((Plan) plan).close();
      }
    }
    made.clear();
  }

  /** A plan that holds something to give back. */
  public interface Plan extends AutoCloseable {
    @Override
    void close();
  }
}
