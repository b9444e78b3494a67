package io.mla4j.kernels.body;

/** Attention of tasks: pieces of the query rows of one batch entry and key head. */
public interface AttentionBody {

  /** Whether it can read and write these memories. */
  default boolean accepts(AttentionJob job) {
    return true;
  }

  /** Query rows of a task; the last one of a batch entry and key head may have fewer. */
  int taskRows();

  /**
   * Runs tasks on this thread. Those of one batch entry and key head follow one another.
   *
   * @param pieces tasks of each batch entry and key head
   */
  void run(AttentionJob job, long pieces, long from, long to);
}
