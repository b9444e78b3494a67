package io.mla4j.cli.text;

import java.util.Optional;

/**
 * A text that came in.
 *
 * @param line where it starts in its file, from 1; absent for an argument or a whole file
 */
public record InputText(String text, Optional<Long> line) {}
