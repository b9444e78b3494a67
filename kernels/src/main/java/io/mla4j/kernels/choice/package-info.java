/** Which twin runs in this JVM, why, and its loops. */
@NullMarked
package io.mla4j.kernels.choice;

import org.jspecify.annotations.NullMarked;
