package io.mla4j.flashmla.prefill;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.ElementType;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs prefills: the blocks in their order, each by the thread that is free. */
public final class Prefill {

  private final Kernels kernels;
  private final List<PrefillTwin> twins;

  public Prefill(Kernels kernels, List<PrefillTwin> twins) {
    this.kernels = kernels;
    this.twins = twins;
  }

  public PrefillTwin twin(ElementType type) {
    return twins.stream().filter(twin -> twin.supports(type)).findFirst().orElseThrow();
  }

  public void run(PrefillTask task) {
    PrefillTwin twin = twin(task.queries().type());
    List<PrefillBlock> blocks = task.metadata().blocks();
    AtomicInteger next = new AtomicInteger();
    kernels
        .threads()
        .parallelFor(
            Math.min(kernels.threads().count(), blocks.size()),
            1,
            (from, to) -> {
              int i = next.getAndIncrement();
              for (; i < blocks.size(); i = next.getAndIncrement()) {
                twin.run(task, blocks.get(i));
              }
            });
  }
}
