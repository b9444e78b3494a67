package io.mla4j.cli.option;

import io.mla4j.files.AtomicFile;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** {@code --json FILE}: the command's figures for a program to read. */
public final class JsonOption {

  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          // As the user gave it; the default is a URL.
          .addModule(
              new SimpleModule()
                  .addSerializer(Path.class, new ToStringSerializer(Path.class))
                  .addSerializer(Double.class, new FiniteNumber())
                  .addSerializer(Double.TYPE, new FiniteNumber()))
          .build();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write the figures to FILE as JSON; with - to standard output, in place of the text.")
  private Optional<Path> file = Optional.empty();

  /** Where the text for people goes: standard output, or nowhere if the JSON goes there. */
  public PrintWriter text() {
    return toStandardOutput() ? new PrintWriter(Writer.nullWriter()) : spec.commandLine().getOut();
  }

  /** The file the user named; empty if the figures go to standard output or nowhere. */
  public Optional<Path> file() {
    return toStandardOutput() ? Optional.empty() : file;
  }

  /**
   * Writes the figures if the user asked for them; a file is written whole or not at all.
   *
   * @param figures a record, a map or a tree
   * @throws java.io.UncheckedIOException naming the file, if it cannot be written
   */
  public void write(Object figures) {
    if (file.isEmpty()) {
      return;
    }
    String json = MAPPER.writeValueAsString(figures);
    if (toStandardOutput()) {
      spec.commandLine().getOut().println(json);
    } else {
      AtomicFile.writeString(file.get(), json + "\n");
    }
  }

  private boolean toStandardOutput() {
    return file.filter(STANDARD_OUTPUT::equals).isPresent();
  }
}
