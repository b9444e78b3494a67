package io.mla4j.flashmla.prefill;

import io.mla4j.kernels.memory.ElementType;

/** The part of a prefill that one thread does. */
public sealed interface PrefillTwin permits JavaPrefill, NativePrefill {

  /** What runs. */
  String description();

  /** Whether it reads queries, keys and values of this type. */
  boolean supports(ElementType type);

  /** Writes the outputs and log-sum-exps of a block. */
  void run(PrefillTask task, PrefillBlock block);
}
