/**
 * The twin in the Vector API. Its classes are loaded only where the module {@code
 * jdk.incubator.vector} is in the JVM.
 */
@NullMarked
package io.mla4j.kernels.vector;

import org.jspecify.annotations.NullMarked;
