/** An attention that somebody else wrote, by what is public alone. */
@NullMarked
package org.example.mean;

import org.jspecify.annotations.NullMarked;
