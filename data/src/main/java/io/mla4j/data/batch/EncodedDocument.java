package io.mla4j.data.batch;

/**
 * A document's ids, already limited to what the context window keeps.
 *
 * @param label -1 if unknown
 */
record EncodedDocument(int[] tokens, int label, int row) {}
