package io.mla4j.kernels.product;

import java.lang.foreign.MemorySegment;

/** A product whose arguments have been checked. */
record Product(
    Activations x, PackedWeights weights, Epilogue epilogue, MemorySegment out, ProductPlan plan) {}
