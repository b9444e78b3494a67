package io.mla4j.data.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import io.mla4j.data.text.Columns;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairLoaderTest {

  private static final String CSV =
      """
      first,second,score
      a river,a green river,4.5
      stone,paper and stone,2
      "glad, sunny",winter,0.25
      seven,a garden,1
      window,windows,3
      """;

  private final Tokenizer tokenizer =
      BpeTrainer.train(List.of(CSV), BpeOptions.ofSize(300), BpeProgress.NONE).tokenizer();

  @TempDir Path folder;

  private List<TextExample> examples(String rows) throws IOException {
    Path file = Files.writeString(folder.resolve("pairs.csv"), rows);
    return TextSource.of(file)
        .withColumns(Columns.of("first", "score").withPair("second"))
        .read()
        .examples();
  }

  private PairLoader loader(List<TextExample> examples, OptionalLong seed) {
    return new PairLoader(examples, tokenizer, ContextWindow.of(tokenizer, 32), 2, seed);
  }

  private String text(PairBatch batch, int document) {
    int tokens = batch.texts().tokens();
    int[] ids = new int[batch.texts().lengths()[document]];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) batch.texts().ids()[document * tokens + i];
    }
    return tokenizer.decode(ids);
  }

  @Test
  void everyPairComesOnceWithItsTextsAndItsNumber() throws IOException {
    List<TextExample> examples = examples(CSV);
    PairLoader loader = loader(examples, OptionalLong.of(3));
    assertEquals(3, loader.batchesPerEpoch());
    TreeSet<Integer> seen = new TreeSet<>();
    for (PairBatch batch : loader) {
      for (int i = 0; i < batch.pairs(); i++) {
        int row = batch.rows()[i];
        assertTrue(seen.add(row));
        assertEquals(examples.get(row).text(), text(batch, i));
        assertEquals(examples.get(row).pair().orElseThrow(), text(batch, batch.pairs() + i));
        assertEquals(Float.parseFloat(examples.get(row).label().orElseThrow()), batch.targets()[i]);
      }
    }
    assertEquals(5, seen.size());
    assertArrayEquals(new double[] {4.5, 2, 0.25, 1, 3}, loader.targets());
  }

  private static List<Integer> rows(BatchIterator<PairBatch> batches) {
    List<Integer> rows = new ArrayList<>();
    batches.forEachRemaining(batch -> Arrays.stream(batch.rows()).forEach(rows::add));
    return rows;
  }

  @Test
  void anEpochIsAFunctionOfSeedAndNumber() throws IOException {
    PairLoader one = loader(examples(CSV), OptionalLong.of(3));
    PairLoader other = loader(examples(CSV), OptionalLong.of(3));
    List<Integer> all = rows(one.batches(4));
    assertEquals(all, rows(other.batches(4)));
    List<Integer> rest = rows(other.batches(4, 1));
    assertEquals(all.subList(all.size() - rest.size(), all.size()), rest);
    assertNotEquals(all, rows(loader(examples(CSV), OptionalLong.of(4)).batches(4)));
  }

  @Test
  void theChecksumIsOfBothTextsAndTheNumber() throws IOException {
    String checksum = loader(examples(CSV), OptionalLong.empty()).checksum();
    for (String other :
        List.of(
            CSV.replace("paper and", "paper or"),
            CSV.replace("seven", "eight"),
            CSV.replace("0.25", "0.5"))) {
      assertNotEquals(checksum, loader(examples(other), OptionalLong.empty()).checksum());
    }
  }

  @Test
  void whatIsNoNumberIsRefusedWithItsLine() throws IOException {
    for (String label : List.of("much", "NaN", "Infinity")) {
      List<TextExample> examples = examples(CSV.replace("0.25", label));
      String sentence =
          assertThrows(DataException.class, () -> loader(examples, OptionalLong.empty()))
              .getMessage();
      assertTrue(sentence.contains("line 4") && sentence.contains(label), sentence);
    }
  }

  @Test
  void aMissingSecondColumnIsNamed() {
    String sentence =
        assertThrows(DataException.class, () -> examples(CSV.replace("second", "other")))
            .getMessage();
    assertTrue(sentence.contains("no column 'second'"), sentence);
  }

  @Test
  void jsonPairsAreReadToo() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("pairs.jsonl"), "{\"pair\": \"b\", \"text\": \"a\", \"label\": 2.5}\n");
    TextExample example =
        TextSource.of(file).withColumns(Columns.DEFAULT.withPair("pair")).read().examples().get(0);
    assertEquals("a", example.text());
    assertEquals("b", example.pair().orElseThrow());
    assertEquals("2.5", example.label().orElseThrow());
  }
}
