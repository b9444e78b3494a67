/**
 * Files written whole or not at all, and known by their checksum: {@link
 * io.mla4j.files.AtomicFile}, {@link io.mla4j.files.Checksum} and, for texts that are in no file,
 * {@link io.mla4j.files.TextChecksum}.
 */
@NullMarked
package io.mla4j.files;

import org.jspecify.annotations.NullMarked;
