package io.mla4j.tensor;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Frees, when it closes, every tensor the current thread created since it was opened. Scopes nest;
 * a tensor belongs to the innermost one. Nothing waits for the garbage collector.
 *
 * <pre>{@code
 * try (var scope = TensorScope.open()) {
 *   Tensor logits = model.forward(batch);
 *   return scope.keep(logits);
 * }
 * }</pre>
 *
 * <p>Without an open scope a tensor belongs to whoever created it, who closes it.
 */
public final class TensorScope implements AutoCloseable {

  private static final ThreadLocal<@Nullable TensorScope> CURRENT = new ThreadLocal<>();

  private final @Nullable TensorScope parent;
  private final Thread owner = Thread.currentThread();
  private final Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  private TensorScope(@Nullable TensorScope parent) {
    this.parent = parent;
  }

  /** Opens a scope on this thread; close it in the same block. */
  public static TensorScope open() {
    TensorScope scope = new TensorScope(CURRENT.get());
    CURRENT.set(scope);
    return scope;
  }

  /** Runs a computation in a scope of its own and hands its result to the enclosing scope. */
  public static Tensor call(Supplier<Tensor> computation) {
    try (TensorScope scope = open()) {
      return scope.keep(computation.get());
    }
  }

  /** For engines: puts a new tensor into this thread's innermost scope. */
  public static void register(Tensor tensor) {
    TensorScope scope = CURRENT.get();
    if (scope != null) {
      scope.tensors.add(tensor);
    }
  }

  /** Takes a tensor out of every scope of this thread; from now on the caller closes it. */
  public static Tensor release(Tensor tensor) {
    for (TensorScope scope = CURRENT.get(); scope != null; scope = scope.parent) {
      if (scope.tensors.remove(tensor)) {
        break;
      }
    }
    return tensor;
  }

  /** Hands a tensor to the enclosing scope, or to the caller where there is none. */
  public Tensor keep(Tensor tensor) {
    if (tensors.remove(tensor) && parent != null) {
      parent.tensors.add(tensor);
    }
    return tensor;
  }

  /** Hands every tensor to the enclosing scope, or to the caller where there is none. */
  void keepAll() {
    if (parent != null) {
      parent.tensors.addAll(tensors);
    }
    tensors.clear();
  }

  /** The number of tensors this scope will free. */
  public int size() {
    return tensors.size();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (Thread.currentThread() != owner || CURRENT.get() != this) {
      throw new IllegalStateException(
          "A tensor scope is closed by the thread that opened it, innermost first.");
    }
    closed = true;
    if (parent == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(parent);
    }
    tensors.forEach(Tensor::close);
    tensors.clear();
  }
}
