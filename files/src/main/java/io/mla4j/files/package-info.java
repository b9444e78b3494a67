/**
 * Files written whole or not at all, and known by their checksum: {@link io.mla4j.files.AtomicFile}
 * and {@link io.mla4j.files.Checksum}.
 */
@NullMarked
package io.mla4j.files;

import org.jspecify.annotations.NullMarked;
