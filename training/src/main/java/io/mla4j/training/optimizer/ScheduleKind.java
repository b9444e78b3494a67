package io.mla4j.training.optimizer;

/** How the learning rate goes down after the warm-up. */
public enum ScheduleKind {
  /** It stays. */
  CONSTANT,
  /** In a straight line to the end. */
  LINEAR,
  /** Along half a cosine to the end (arXiv 1608.03983, without restarts). */
  COSINE;

  /** The share of the highest rate at a point between 0, the end of the warm-up, and 1. */
  double share(double progress) {
    return switch (this) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - progress;
      case COSINE -> (1 + Math.cos(Math.PI * progress)) / 2;
    };
  }
}
