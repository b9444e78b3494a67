package io.mla4j.data.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.BadRowPolicy;
import io.mla4j.data.text.Columns;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextFormat;
import io.mla4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both loaders must keep the same promises. */
class LoaderTest {

  private static final int DOCUMENTS = 203;
  private static final int BATCH = 8;
  private static final List<TextExample> EXAMPLES = Samples.documents(DOCUMENTS, 60);

  private static Tokenizer tokenizer;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    tokenizer = Samples.byteTokenizer();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private DataLoaderBuilder builder() throws IOException {
    Path file = Samples.write(folder.resolve("train.csv"), EXAMPLES);
    return DataLoader.builder(file, tokenizer)
        .batchSize(BATCH)
        .contextTokens(20)
        .bucketBatches(5)
        .shuffleSeed(3);
  }

  private DocumentSource source(boolean streamed, DataLoaderBuilder builder) {
    return streamed ? builder.stream(64) : builder.build();
  }

  private static List<TextBatch> list(Iterator<TextBatch> batches) {
    List<TextBatch> list = new ArrayList<>();
    batches.forEachRemaining(list::add);
    return list;
  }

  private static List<int[]> rows(Iterator<TextBatch> batches) {
    return list(batches).stream().map(TextBatch::rows).toList();
  }

  private static void assertSame(List<TextBatch> expected, List<TextBatch> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).ids(), actual.get(i).ids());
      assertArrayEquals(expected.get(i).lengths(), actual.get(i).lengths());
      assertArrayEquals(expected.get(i).labels(), actual.get(i).labels());
      assertArrayEquals(expected.get(i).rows(), actual.get(i).rows());
    }
  }

  private static int[] sorted(List<int[]> rows) {
    return rows.stream().flatMapToInt(Arrays::stream).sorted().toArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesEveryDocumentOncePerEpochWithItsTextAndLabel(boolean streamed) throws IOException {
    DocumentSource source = source(streamed, builder());

    List<TextBatch> batches = list(source.batches(4));

    assertEquals(source.batchesPerEpoch(), batches.size());
    assertEquals(26, batches.size());
    assertEquals(DOCUMENTS, source.documentsPerEpoch());
    assertArrayEquals(
        IntStream.range(0, DOCUMENTS).toArray(),
        sorted(batches.stream().map(TextBatch::rows).toList()));
    batches.forEach(LoaderTest::requireOwnContent);
    long tokens = batches.stream().mapToLong(TextBatch::realTokens).sum();
    assertEquals(tokens, source.lengths().chunkTokens());
    assertEquals(LabelSet.of(List.of("ham", "spam")), source.labels());
    assertArrayEquals(new long[] {135, 68}, source.labelCounts());
  }

  private static void requireOwnContent(TextBatch batch) {
    int chunk = 0;
    for (int document = 0; document < batch.documents(); document++) {
      TextExample example = EXAMPLES.get(batch.rows()[document]);
      StringBuilder text = new StringBuilder();
      for (; chunk < batch.chunks() && batch.documentOfChunk()[chunk] == document; chunk++) {
        for (int i = 0; i < batch.lengths()[chunk]; i++) {
          long id = batch.ids()[chunk * batch.tokens() + i];
          text.append(id == 0 ? "" : String.valueOf((char) (id - Samples.SPECIAL_TOKENS + '!')));
        }
      }
      assertEquals(example.text(), text.toString());
      assertEquals(example.label().orElseThrow().equals("spam") ? 1 : 0, batch.labels()[document]);
    }
    assertEquals(batch.chunks(), chunk);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dependsOnSeedAndEpochAlone(boolean streamed) throws IOException {
    DocumentSource source = source(streamed, builder());
    DocumentSource again = source(streamed, builder());
    list(again.batches(9));

    assertSame(list(source.batches(2)), list(again.batches(2)));
    assertNotEquals(
        Arrays.deepToString(rows(source.batches(2)).toArray()),
        Arrays.deepToString(rows(source.batches(3)).toArray()));
    assertNotEquals(
        Arrays.deepToString(rows(source.batches(2)).toArray()),
        Arrays.deepToString(rows(source(streamed, builder().shuffleSeed(4)).batches(2)).toArray()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void goesOnWhereItWasLeft(boolean streamed) throws IOException {
    DocumentSource source = source(streamed, builder());
    List<TextBatch> all = list(source.batches(1));

    for (int skip : new int[] {0, 1, 7, 25, 26, 40}) {
      assertSame(
          all.subList(Math.min(skip, all.size()), all.size()), list(source.batches(1, skip)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void putsDocumentsOfLikeLengthTogether(boolean streamed) throws IOException {
    List<TextBatch> batches = list(source(streamed, builder().contextTokens(512)).batches(0));

    long padded = batches.stream().mapToLong(TextBatch::paddedTokens).sum();
    long real = batches.stream().mapToLong(TextBatch::realTokens).sum();
    assertTrue(padded < 1.35 * real, padded + " for " + real);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void iteratesTheNextEpochEachTime(boolean streamed) throws IOException {
    DocumentSource source = source(streamed, builder());

    assertSame(list(source.batches(0)), list(source.iterator()));
    assertSame(list(source.batches(1)), list(source.iterator()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsOneOrderForEvaluation(boolean streamed) throws IOException {
    DocumentSource source = source(streamed, builder().sequential());

    assertSame(list(source.batches(0)), list(source.batches(5)));
    int[] order = rows(source.batches(0)).stream().flatMapToInt(Arrays::stream).toArray();
    for (int i = 1; i < order.length; i++) {
      int before = EXAMPLES.get(order[i - 1]).text().length();
      int after = EXAMPLES.get(order[i]).text().length();
      assertTrue(streamed ? order[i - 1] < order[i] : before <= after);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsWhenItIsClosed(boolean streamed) throws IOException {
    try (BatchIterator<TextBatch> batches = source(streamed, builder()).batches(0, 26)) {
      assertThrows(NoSuchElementException.class, batches::next);
    }
    try (BatchIterator<TextBatch> batches = source(streamed, builder()).batches(0)) {
      batches.next();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void namesAnUnknownLabel(boolean streamed) throws IOException {
    DataLoaderBuilder builder = builder().labels(LabelSet.of(List.of("ham", "eggs")));

    DataException failure = assertThrows(DataException.class, () -> source(streamed, builder));

    assertEquals(
        folder.resolve("train.csv")
            + ", line 2: the label 'spam' is none of the model's classes: ham, eggs.",
        failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesOneClassAlone(boolean streamed) throws IOException {
    Path file = Files.writeString(folder.resolve("one.csv"), "text,label\na,ham\nb,ham\n");

    DataException failure =
        assertThrows(
            DataException.class, () -> source(streamed, DataLoader.builder(file, tokenizer)));

    assertTrue(failure.getMessage().startsWith(file + " has only the class 'ham';"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsTextsWithoutLabels(boolean streamed) throws IOException {
    Path file = Files.writeString(folder.resolve("bare.csv"), "text\na\nb,c\nd\n");
    DocumentSource source =
        source(
            streamed,
            DataLoader.builder(file, tokenizer)
                .columns(Columns.textOnly("text"))
                .badRows(BadRowPolicy.SKIP)
                .sequential());

    TextBatch batch = source.iterator().next();

    assertArrayEquals(new long[] {-1, -1}, batch.labels());
    assertArrayEquals(new int[] {0, 1}, batch.rows());
    assertThrows(IllegalStateException.class, source::labels);
  }

  @Test
  void loadsAFileInOneLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("train.json"),
            "[{\"text\": \"ab\", \"label\": \"x\"}, {\"text\": \"c\", \"label\": \"y\"}]");

    DataLoader loader = DataLoader.of(file, tokenizer, 32);

    assertEquals(2, loader.iterator().next().documents());
    assertEquals("ab", loader.examples().getFirst().text());
    assertEquals(2, loader.rows().used());
  }

  @Test
  void readsTheFileForEvaluationAsItReadTheOther() throws IOException {
    Path train = write("train.tab", "ham\tgr\u00fcn\nspam\trot\n");
    Path test = write("test.tab", "spam\tgr\u00fcn\nspam\n");
    DataLoader loader =
        DataLoader.builder(train, tokenizer)
            .columns(Columns.of("2", "1").withoutHeader())
            .encoding(StandardCharsets.ISO_8859_1)
            .format(TextFormat.TSV)
            .badRows(BadRowPolicy.SKIP)
            .build();

    DataLoader evaluation = loader.forEvaluation(test);

    assertEquals("gr\u00fcn", evaluation.examples().getFirst().text());
    assertArrayEquals(new long[] {0, 1}, evaluation.labelCounts());
    assertEquals(1, evaluation.rows().skipped());
  }

  private Path write(String name, String latin) throws IOException {
    return Files.writeString(folder.resolve(name), latin, StandardCharsets.ISO_8859_1);
  }

  @Test
  void tellsWhatWasCutOfEachDocument() throws IOException {
    Path file = Files.writeString(folder.resolve("long.csv"), "text\n\"abc\"\n\"abcdefgh\"\n");
    DataLoader loader =
        DataLoader.builder(file, tokenizer)
            .columns(Columns.textOnly("text"))
            .contextTokens(3)
            .maxChunks(2)
            .build();

    assertEquals(0, loader.cutTokens(0));
    assertEquals(2, loader.cutTokens(1));
  }

  @Test
  void refusesFileSettingsForDocumentsInMemory() {
    DataLoaderBuilder builder = DataLoader.builder(EXAMPLES, tokenizer);

    assertThrows(IllegalStateException.class, () -> builder.badRows(BadRowPolicy.SKIP));
    assertThrows(IllegalArgumentException.class, () -> builder.batchSize(0).build());
  }

  @Test
  void theChecksumIsThatOfTheDocumentsWhereverTheyLie() throws IOException {
    String inFile = source(false, builder()).checksum();
    assertEquals(inFile, source(true, builder()).checksum());
    assertEquals(inFile, DataLoader.builder(EXAMPLES, tokenizer).build().checksum());
  }

  @Test
  void theChecksumChangesWithTextOrderLabelAndClasses() {
    TextExample first = EXAMPLES.get(0);
    List<TextExample> relabelled = new ArrayList<>(EXAMPLES);
    relabelled.set(0, new TextExample(first.text(), Optional.of("ham"), first.origin()));
    List<TextExample> rewritten = new ArrayList<>(EXAMPLES);
    rewritten.set(0, new TextExample(first.text() + "!", first.label(), first.origin()));
    DataLoaderBuilder otherClasses =
        DataLoader.builder(EXAMPLES, tokenizer).labels(LabelSet.of(List.of("spam", "ham")));
    Set<String> checksums =
        Set.of(
            DataLoader.builder(EXAMPLES, tokenizer).build().checksum(),
            DataLoader.builder(EXAMPLES.reversed(), tokenizer).build().checksum(),
            DataLoader.builder(relabelled, tokenizer).build().checksum(),
            DataLoader.builder(rewritten, tokenizer).build().checksum(),
            otherClasses.build().checksum()); // refuses two that are the same
    assertEquals(5, checksums.size());
  }
}
