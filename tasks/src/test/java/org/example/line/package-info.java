/** A task outside of the program's packages, by its public API alone: a line through points. */
@NullMarked
package org.example.line;

import org.jspecify.annotations.NullMarked;
