/** {@link io.mla4j.telemetry.journal.Journal}, a file that grows by whole records. */
@NullMarked
package io.mla4j.telemetry.journal;

import org.jspecify.annotations.NullMarked;
