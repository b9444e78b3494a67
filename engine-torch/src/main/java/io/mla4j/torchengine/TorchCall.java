package io.mla4j.torchengine;

import java.util.function.Supplier;

/** Runs a libtorch call and turns its many-line errors into one sentence. */
final class TorchCall {

  private TorchCall() {}

  static <T> T run(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException failure) {
      throw explained(failure);
    }
  }

  static void run(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException failure) {
      throw explained(failure);
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
