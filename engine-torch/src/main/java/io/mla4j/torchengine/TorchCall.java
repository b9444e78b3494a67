package io.mla4j.torchengine;

import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs one engine's calls of libtorch: with its number of threads, which libtorch keeps by thread
 * and not by engine, and with libtorch's many-line errors turned into one sentence.
 */
final class TorchCall {

  /** How many threads libtorch was last told to use for the calls of a Java thread. */
  private static final ThreadLocal<Integer> TOLD = ThreadLocal.withInitial(() -> 0);

  private final int threads;

  TorchCall(int threads) {
    this.threads = threads;
  }

  <T> T run(Supplier<T> call) {
    useThreads();
    try {
      return call.get();
    } catch (RuntimeException failure) {
      throw explained(failure);
    }
  }

  void run(Runnable call) {
    useThreads();
    try {
      call.run();
    } catch (RuntimeException failure) {
      throw explained(failure);
    }
  }

  private void useThreads() {
    if (TOLD.get() != threads) {
      torch.set_num_threads(threads);
      TOLD.set(threads);
    }
  }

  /** libtorch appends a C++ stack trace after the first line of its message. */
  private static RuntimeException explained(RuntimeException failure) {
    String message = failure.getMessage();
    boolean ours = failure instanceof IllegalArgumentException;
    if (ours || failure instanceof IllegalStateException || message == null) {
      return failure;
    }
    String first = message.lines().findFirst().orElse(message);
    return new IllegalArgumentException("libtorch refused an operation: " + first, failure);
  }
}
