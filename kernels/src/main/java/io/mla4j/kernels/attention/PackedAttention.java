package io.mla4j.kernels.attention;

import io.mla4j.kernels.body.AttentionJob;
import io.mla4j.kernels.memory.Heads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attention of sequences that lie one after another: the tasks of all of them in shares of about
 * the same cost, so that no thread is left with the longest sequence.
 */
public final class PackedAttention {

  /** Shares a thread has, so that none waits long for another. */
  private static final int SHARES_PER_THREAD = 8;

  /** Keys that cost as much as packing a task's queries and writing its result. */
  private static final long KEYS_OF_A_TASK = 16;

  /**
   * One sequence cut into tasks: pieces of the query rows of each key head.
   *
   * @param few whether each row reads the keys by itself, as most lanes of a strip would idle
   * @param perTask query rows of a task
   * @param pieces tasks of each batch entry and key head
   */
  record Tasks(AttentionJob job, boolean few, long perTask, long pieces) {

    static Tasks of(AttentionJob job, int taskRows) {
      boolean few = job.rows() * 4 <= taskRows && job.second().isEmpty();
      long perTask = few ? job.rows() : taskRows;
      return new Tasks(job, few, perTask, (job.rows() + perTask - 1) / perTask);
    }

    long count() {
      return job.query().batch() * job.key().heads() * pieces;
    }

    /** Multiply-adds of a task over so many keys. */
    double operations(long keys) {
      return (double) perTask * keys * (job.query().width() + job.value().width());
    }

    /** Multiply-adds of a task, what is done once for it among them. */
    double cost(long task) {
      long row = task % pieces * perTask;
      long end = Math.min(job.rows(), row + perTask);
      long keys = Math.max(0, job.endKey(end - 1) - job.firstKey(row));
      return operations(keys + KEYS_OF_A_TASK);
    }
  }

  /** Tasks of one sequence that follow one another. */
  record Run(Tasks tasks, long from, long to) {}

  private final List<Tasks> sequences = new ArrayList<>();

  /**
   * Cuts a call up.
   *
   * @param job of one batch entry
   * @param starts where each sequence begins, and the end
   */
  PackedAttention(AttentionJob job, int[] starts, int taskRows) {
    for (int i = 0; i + 1 < starts.length; i++) {
      if (starts[i + 1] > starts[i]) {
        sequences.add(Tasks.of(sequence(job, starts[i], starts[i + 1]), taskRows));
      }
    }
  }

  private static AttentionJob sequence(AttentionJob all, int from, int to) {
    Optional<AttentionJob.SecondPart> second =
        all.second()
            .map(
                part ->
                    new AttentionJob.SecondPart(
                        tokens(part.query(), from, to), tokens(part.key(), from, to)));
    return new AttentionJob(
        tokens(all.query(), from, to),
        tokens(all.key(), from, to),
        tokens(all.value(), from, to),
        second,
        all.visibility(),
        all.scale(),
        tokens(all.out(), from, to));
  }

  private static Heads tokens(Heads all, int from, int to) {
    return new Heads(
        all.memory(),
        all.offset() + from * all.tokenStride(),
        1,
        (long) to - from,
        all.heads(),
        all.width(),
        all.batchStride(),
        all.tokenStride(),
        all.headStride());
  }

  /**
   * Runs of tasks for threads to take.
   *
   * @param grain multiply-adds below which another thread costs more than it brings
   */
  List<List<Run>> shares(int threads, double grain) {
    double all = sequences.stream().mapToDouble(PackedAttention::cost).sum();
    double most = Math.max(grain, all / ((double) threads * SHARES_PER_THREAD));
    List<List<Run>> shares = new ArrayList<>();
    List<Run> share = new ArrayList<>();
    double cost = 0;
    for (Tasks tasks : sequences) {
      long from = 0;
      for (long task = 0; task < tasks.count(); task++) {
        cost += tasks.cost(task);
        if (cost >= most) {
          share.add(new Run(tasks, from, task + 1));
          shares.add(share);
          share = new ArrayList<>();
          from = task + 1;
          cost = 0;
        }
      }
      if (from < tasks.count()) {
        share.add(new Run(tasks, from, tasks.count()));
      }
    }
    if (!share.isEmpty()) {
      shares.add(share);
    }
    return shares;
  }

  private static double cost(Tasks tasks) {
    double ofKeyHead = 0;
    for (long piece = 0; piece < tasks.pieces(); piece++) {
      ofKeyHead += tasks.cost(piece);
    }
    return ofKeyHead * tasks.job().key().heads();
  }
}
