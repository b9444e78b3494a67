/**
 * Files written whole or not at all, and known by their checksum: {@link
 * io.mla4j.files.AtomicFile}, {@link io.mla4j.files.Checksum} and, for texts that are in no file,
 * {@link io.mla4j.files.TextChecksum}. {@link io.mla4j.files.UnpackedLibrary} says why a native
 * library does not load from the folder it was unpacked to, {@link io.mla4j.files.ParserMessage}
 * what a parser says of a file.
 */
@NullMarked
package io.mla4j.files;

import org.jspecify.annotations.NullMarked;
