package io.mla4j.config;

import java.util.Collection;

/** A key that names no setting of its record. */
record UnknownSetting(SettingPath record, String name, Collection<String> known) {

  String sentence() {
    return record.child(name)
        + " is not a setting; "
        + NearestName.of(name, known)
            .map(nearest -> "did you mean " + record.child(nearest) + "?")
            .orElseGet(this::choices);
  }

  private String choices() {
    String place = record.isRoot() ? "the settings here" : "those of " + record;
    return known.isEmpty()
        ? place + " are none; remove it."
        : place + " are " + String.join(", ", known) + ".";
  }
}
