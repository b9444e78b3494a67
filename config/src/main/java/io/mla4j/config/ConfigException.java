package io.mla4j.config;

/** A configuration that cannot be used; the message is one sentence for the person who wrote it. */
public final class ConfigException extends RuntimeException {

  public ConfigException(String sentence) {
    super(sentence);
  }

  ConfigException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
