package io.mla4j.data.corpus;

/**
 * How much text there is.
 *
 * @param characters UTF-16 units, as Java counts them
 */
public record CorpusSize(long documents, long characters) {}
