package io.mla4j.cli.tokenizer;

import io.mla4j.cli.option.DataOptions;
import io.mla4j.cli.text.InputText;
import io.mla4j.cli.text.TextInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The texts of several files, one file open at a time. */
final class FilesTexts implements Iterator<String>, AutoCloseable {

  private final Iterator<Path> files;
  private final DataOptions options;
  private final List<String> warnings = new ArrayList<>();
  private TextInput current = TextInput.of(List.of());
  private long texts;

  FilesTexts(List<Path> files, DataOptions options) {
    this.files = files.iterator();
    this.options = options;
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext() && files.hasNext()) {
      close();
      current = TextInput.ofFile(files.next(), options);
    }
    return current.hasNext();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The files have no more texts.");
    }
    InputText text = current.next();
    texts++;
    return text.text();
  }

  /** How many were read. */
  long texts() {
    return texts;
  }

  /** What the user must know of the files that were closed. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public void close() {
    current.warning().ifPresent(warnings::add);
    current.close();
  }
}
