package io.mla4j.data.label;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.DataException;
import io.mla4j.data.text.RowOrigin;
import io.mla4j.data.text.TextExample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelTest {

  private static List<TextExample> examples(String... labels) {
    List<TextExample> examples = new ArrayList<>();
    for (String label : labels) {
      int line = examples.size() + 1;
      examples.add(
          new TextExample(
              "text " + line, Optional.of(label), new RowOrigin(Path.of("mail.csv"), line)));
    }
    return examples;
  }

  @Test
  void sortsNamesAndNumbers() {
    assertEquals(List.of("ham", "spam"), LabelSet.in(examples("spam", "ham", "spam")).names());
    assertEquals(List.of("-1", "2", "10"), LabelSet.in(examples("10", "2", "-1")).names());
    assertEquals(List.of("10", "2", "two"), LabelSet.in(examples("10", "2", "two")).names());
  }

  @Test
  void namesAnUnknownLabelWithItsPlaceAndTheKnownOnes() {
    LabelSet labels = LabelSet.of(List.of("ham", "spam"));
    TextExample odd = examples("ham", "eggs").getLast();

    DataException failure = assertThrows(DataException.class, () -> labels.index(odd));

    assertEquals(
        "mail.csv, line 2: the label 'eggs' is none of the model's classes: ham, spam.",
        failure.getMessage());
  }

  @Test
  void refusesOneClassAlone() {
    DataException failure =
        assertThrows(DataException.class, () -> LabelSet.in(examples("ham", "ham")));

    assertEquals(
        "mail.csv has only the class 'ham'; training needs examples of at least two classes.",
        failure.getMessage());
    assertThrows(DataException.class, () -> LabelSet.of(List.of("ham")));
    assertThrows(DataException.class, () -> LabelSet.of(List.of("ham", "ham")));
    assertThrows(DataException.class, () -> LabelSet.in(List.of()));
  }

  @Test
  void weighsClassesByTheirShare() {
    LabelSet labels = LabelSet.of(List.of("a", "b", "c"));
    long[] counts = labels.count(examples("a", "a", "a", "b"));

    assertArrayEquals(new long[] {3, 1, 0}, counts);
    assertArrayEquals(new double[] {4.0 / 9, 4.0 / 3, 0}, LabelSet.balancedWeights(counts), 1e-12);
  }

  @Test
  void holdsOutAShareOfEveryClass() {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      labels.add(i % 10 == 0 ? "rare" : "common");
    }
    labels.add("single");
    List<TextExample> all = examples(labels.toArray(String[]::new));

    HeldOut split = HeldOut.stratified(all, 0.2, 5);

    assertEquals(20, count(split.heldOut(), "rare"));
    assertEquals(180, count(split.heldOut(), "common"));
    assertEquals(0, count(split.heldOut(), "single"));
    Set<TextExample> both = new HashSet<>(split.train());
    both.addAll(split.heldOut());
    assertEquals(new HashSet<>(all), both);
    assertEquals(all.size(), split.train().size() + split.heldOut().size());
    assertEquals(split, HeldOut.stratified(all, 0.2, 5));
    assertNotEquals(split, HeldOut.stratified(all, 0.2, 6));
    assertThrows(IllegalArgumentException.class, () -> HeldOut.stratified(all, 1, 0));
  }

  @Test
  void keepsAndGivesAtLeastOneOfASmallClass() {
    HeldOut split = HeldOut.stratified(examples("a", "a", "b", "b"), 0.01, 1);

    assertEquals(1, count(split.heldOut(), "a"));
    assertEquals(1, count(split.train(), "b"));
    assertTrue(split.train().size() == 2);
  }

  private static long count(List<TextExample> examples, String label) {
    return examples.stream().filter(e -> e.label().orElseThrow().equals(label)).count();
  }
}
