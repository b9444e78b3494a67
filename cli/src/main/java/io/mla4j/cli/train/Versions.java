package io.mla4j.cli.train;

import java.util.Optional;

/** The version of this program. */
final class Versions {

  private Versions() {}

  static String mla4j() {
    return Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
