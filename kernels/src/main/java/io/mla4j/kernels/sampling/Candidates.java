package io.mla4j.kernels.sampling;

/**
 * The tokens that may be drawn, in ascending order.
 *
 * @param probabilities of each, which add up to 1
 */
@SuppressWarnings("ArrayRecordComponent") // what one call has made
public record Candidates(int[] tokens, double[] probabilities) {}
