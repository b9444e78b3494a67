/**
 * Configuration records, read from YAML or JSON with errors that help.
 *
 * <p>A configuration is an immutable record that nests others and validates itself in its compact
 * constructor by throwing {@link IllegalArgumentException} with one sentence. {@link
 * io.mla4j.config.ConfigReader} lays a file and then {@code a.b.c=value} overrides over an instance
 * that holds the defaults; {@link io.mla4j.config.ConfigWriter} writes the outcome.
 *
 * <p>How a value becomes the setting of a record:
 *
 * <ol>
 *   <li>{@code ConfigFile} parses the file, {@code Assignment} an override, each to a tree.
 *   <li>{@code Layering} lays each tree over the defaults' tree, guided by the records' types as
 *       {@code SettingTypes} knows them, and names the nearest key ({@link
 *       io.mla4j.config.NearestName}) where one is unknown.
 *   <li>{@code Binding} makes the record and turns what the binding library throws into one
 *       sentence, with the words of {@code Expectation}.
 * </ol>
 *
 * <p>What a record may hold: numbers, booleans, text, enums (written in lower case, read in any),
 * {@link java.time.Duration} ({@code 90s}, {@code 1h30m}), {@link java.nio.file.Path}, {@link
 * java.util.Optional}, lists, maps and records. A closed family is a sealed interface with
 * {@code @JsonTypeInfo(use = NAME, property = "type")} whose records carry {@code @JsonTypeName};
 * choosing another {@code type} than the default's replaces the default's settings by those of the
 * chosen record's {@code static defaults()} method where it has one. No component may be null: one
 * that may be absent is an {@code Optional}.
 */
@NullMarked
package io.mla4j.config;

import org.jspecify.annotations.NullMarked;
