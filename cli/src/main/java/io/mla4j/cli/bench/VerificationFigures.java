package io.mla4j.cli.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a verification found.
 *
 * @param complaints the first of the checks that failed
 */
record VerificationFigures(
    String name, long passed, long failed, double seconds, List<String> complaints) {

  @JsonProperty
  boolean passes() {
    return failed == 0;
  }
}
