package io.mla4j.data.batch;

import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.TextExample;
import io.mla4j.files.TextChecksum;
import java.util.List;
import java.util.Optional;

/** SHA-256 of documents as they are read: their texts, their labels, their order, the classes. */
final class DocumentsChecksum {

  private final TextChecksum checksum = new TextChecksum();

  static String of(List<TextExample> examples, Optional<LabelSet> classes) {
    DocumentsChecksum documents = new DocumentsChecksum();
    examples.forEach(documents::add);
    return documents.finish(classes);
  }

  void add(TextExample example) {
    checksum.add(example.text());
    example.pair().ifPresent(checksum::add);
    // A class may have the empty name, which is not the same as no class.
    checksum.add(example.label().map(label -> "=" + label).orElse(""));
  }

  /** The numbers of the classes are part of what is learnt. */
  String finish(Optional<LabelSet> classes) {
    classes.ifPresent(known -> known.names().forEach(checksum::add));
    return checksum.finish();
  }
}
