package io.mla4j.kernels;

import io.mla4j.kernels.attention.FlashAttention;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.product.Products;
import io.mla4j.kernels.row.Elementwise;
import io.mla4j.kernels.row.Rotary;
import io.mla4j.kernels.row.Rows;
import io.mla4j.kernels.thread.KernelThreads;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CPU kernels, with the twin chosen and the threads started. Every entry checks its arguments
 * before anything runs, and may be called by many threads at once.
 */
public final class Kernels implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private final KernelBodies bodies;
  private final KernelThreads threads;
  private final Elementwise elementwise;
  private final Rows rows;
  private final Products products;
  private final FlashAttention attention;
  private final Rotary rotary;

  /**
   * Kernels over loops of one's choice: for comparing twins.
   *
   * @param threadCount how many threads one operation may use, the caller's among them
   */
  public Kernels(KernelBodies bodies, int threadCount) {
    this.bodies = bodies;
    this.threads = new KernelThreads(threadCount);
    Scratch scratch = bodies.scratch();
    this.elementwise = new Elementwise(bodies.elementwise());
    this.rows = new Rows(bodies.rows(), threads);
    this.products = new Products(bodies, threads, scratch);
    this.attention = new FlashAttention(bodies, threads, scratch);
    this.rotary = new Rotary(threads, bodies.rotary());
  }

  /**
   * Starts the best kernels this JVM can run; where those are plain loops, a warning says why.
   *
   * @param threadCount how many threads one operation may use, the caller's among them
   */
  public static Kernels start(int threadCount) {
    KernelChoice choice = KernelChoice.detect();
    if (!choice.vector() && SAID.compareAndSet(false, true)) {
      LOG.warn("The kernels run as plain loops. {}", choice.reason());
    }
    return new Kernels(choice.bodies(), threadCount);
  }

  /** As {@link #start}, without C: for comparing the two. */
  public static Kernels startInJava(int threadCount) {
    KernelChoice best = KernelChoice.detect();
    return new Kernels(best.inJava().bodies(), threadCount);
  }

  /** What runs here. */
  public String description() {
    return bodies.description();
  }

  /** Whether kernels run in C here. */
  public boolean isNative() {
    return bodies.isNative();
  }

  /** The single-threaded loops, for kernels in other rooms. They check nothing. */
  public KernelBodies bodies() {
    return bodies;
  }

  public KernelThreads threads() {
    return threads;
  }

  public Elementwise elementwise() {
    return elementwise;
  }

  public Rows rows() {
    return rows;
  }

  public Products products() {
    return products;
  }

  public FlashAttention attention() {
    return attention;
  }

  public Rotary rotary() {
    return rotary;
  }

  /**
   * Ends the threads and frees the working memory. What runs meanwhile or is asked for afterwards
   * runs on the calling thread alone, with memory for that call.
   */
  @Override
  public void close() {
    threads.close();
    bodies.scratch().close();
  }
}
