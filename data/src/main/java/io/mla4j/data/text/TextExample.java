package io.mla4j.data.text;

import java.util.Optional;

/**
 * A document and its class.
 *
 * @param text may be empty
 * @param label the class's name, absent where the source has no label column
 */
public record TextExample(String text, Optional<String> label, RowOrigin origin) {}
