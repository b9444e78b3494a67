package io.mla4j.cli.bench.cases;

/**
 * Other software that does the same on the same shapes.
 *
 * @param name such as {@code libtorch}
 * @param body the whole operation once
 */
public record Peer(String name, Runnable body) {}
