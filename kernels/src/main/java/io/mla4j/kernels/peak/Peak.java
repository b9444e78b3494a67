package io.mla4j.kernels.peak;

/**
 * The most the machine did.
 *
 * @param perSecond operations or bytes a second, over all threads
 * @param twin what ran, {@code c} or {@code java}
 */
public record Peak(double perSecond, String twin) {}
