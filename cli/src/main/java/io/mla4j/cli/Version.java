package io.mla4j.cli;

import io.mla4j.checkpoint.BuildVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of this program. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"mla4j " + BuildVersion.CURRENT, "Java " + Runtime.version()};
  }
}
