package io.mla4j.data.text;

import java.util.List;
import java.util.Optional;

/**
 * A record of a CSV file.
 *
 * @param line it starts at, from 1
 * @param lastLine it ends at
 * @param fields those that are not kept are empty
 * @param problem why it cannot be used, though the next one can be read
 */
record CsvRecord(long line, long lastLine, List<String> fields, Optional<String> problem) {}
