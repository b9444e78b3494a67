/**
 * The reference twin: plain loops, for a JVM without the Vector API, and as what others are tested
 * against.
 */
@NullMarked
package io.mla4j.kernels.scalar;

import org.jspecify.annotations.NullMarked;
