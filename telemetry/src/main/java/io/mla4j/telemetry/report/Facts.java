package io.mla4j.telemetry.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named values under a title, such as the configuration; they keep their order. */
public record Facts(String title, Map<String, String> values) {
  public Facts {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
