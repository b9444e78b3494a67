package io.mla4j.tensor;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** For engines: the operations they have bodies of their own for, by the operation's class. */
public final class OperationBodies {

  private final Map<Class<?>, Function<?, ?>> bodies = new HashMap<>();

  /** Adds a body, which may itself fall back on the definition. */
  public <R, O extends FusedOperation<R>> OperationBodies with(
      Class<O> operation, Function<O, R> body) {
    bodies.put(operation, body);
    return this;
  }

  /** Whether there is a body for this operation. */
  public boolean has(FusedOperation<?> operation) {
    return bodies.containsKey(operation.getClass());
  }

  /** Runs the body of this operation, else its own forward pass, else its definition. */
  @SuppressWarnings("unchecked") // with() accepts only bodies that fit their operation
  public <R> R run(Engine engine, FusedOperation<R> operation) {
    Function<FusedOperation<R>, R> body =
        (Function<FusedOperation<R>, R>) bodies.get(operation.getClass());
    if (body != null) {
      return body.apply(operation);
    }
    if (operation instanceof Differentiable) { // whose result is a tensor
      return (R) TensorScope.call(() -> ((Differentiable) operation).forward(engine).output());
    }
    return definition(engine, operation);
  }

  /** Runs the definition and frees what it needed on the way, where its result is a tensor. */
  public static <R> R definition(Engine engine, FusedOperation<R> operation) {
    try (TensorScope scope = TensorScope.open()) {
      R result = operation.definition(engine);
      if (result instanceof Tensor) {
        scope.keep((Tensor) result);
      } else {
        scope.keepAll();
      }
      return result;
    }
  }
}
