package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.DecodeTrial;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads decode at once with one set of kernels, each on its own cache. */
class ManyCallersTest {

  private static final int CALLERS = 32;
  private static final int CALLS = 6;

  @Test
  @Timeout(120)
  void allGetTheirOwnResults() throws Exception {
    try (FlashMla mla = FlashMla.start(2);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Callable<Optional<String>>> calls =
          IntStream.range(0, CALLERS).mapToObj(caller -> calls(mla, caller)).toList();
      for (Future<Optional<String>> found : callers.invokeAll(calls)) {
        assertEquals(Optional.empty(), found.get());
      }
    }
  }

  private static Callable<Optional<String>> calls(FlashMla mla, int caller) {
    DecodeShape shape = new DecodeShape(1 + caller % 3, 1, 8, 1, 80, 64);
    DecodeCase point = DecodeCase.dense(shape, 100 + 37 * caller, true, true);
    return () ->
        IntStream.range(0, CALLS)
            .mapToObj(call -> DecodeTrial.run(mla, point, caller * CALLS + call, 3))
            .flatMap(Optional::stream)
            .findFirst();
  }
}
