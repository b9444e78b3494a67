package io.mla4j.data.label;

import io.mla4j.data.DataException;
import io.mla4j.data.text.TextExample;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The classes of a task, numbered from 0. Immutable.
 *
 * <p>Found in data they are sorted by name, or by value where all are whole numbers, so the same
 * classes always get the same numbers.
 */
public final class LabelSet {

  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]+");
  private static final int SHOWN = 20;

  private final List<String> names;
  private final Map<String, Integer> indexes;

  private LabelSet(List<String> names) {
    this.names = List.copyOf(names);
    this.indexes = HashMap.newHashMap(names.size());
    for (String name : this.names) {
      indexes.put(name, indexes.size());
    }
  }

  /**
   * Classes in a given order, as a saved model has them.
   *
   * @throws DataException if there are fewer than two or one comes twice
   */
  public static LabelSet of(List<String> names) {
    LabelSet labels = new LabelSet(names);
    if (names.size() < 2) {
      throw new DataException(
          "A classifier needs at least two classes and was given " + names.size() + ".");
    }
    if (labels.indexes.size() < names.size()) {
      throw new DataException("A class is named twice in " + names + ".");
    }
    return labels;
  }

  /**
   * The classes that training examples have.
   *
   * @throws DataException naming the file, if an example has no label or all have the same one
   */
  public static LabelSet in(Iterable<TextExample> examples) {
    LabelCounter counter = new LabelCounter();
    examples.forEach(counter::add);
    return counter.labels();
  }

  static LabelSet sorted(Set<String> names) {
    return new LabelSet(names.stream().sorted(order(names)).toList());
  }

  private static Comparator<String> order(Set<String> names) {
    boolean numbers = names.stream().allMatch(name -> WHOLE_NUMBER.matcher(name).matches());
    return numbers
        ? Comparator.comparing((String name) -> new BigInteger(name))
            .thenComparing(Comparator.naturalOrder())
        : Comparator.naturalOrder();
  }

  public int size() {
    return names.size();
  }

  public List<String> names() {
    return names;
  }

  /** The class's name. */
  public String name(int index) {
    return names.get(index);
  }

  public OptionalInt index(String name) {
    Integer index = indexes.get(name);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /**
   * The number of an example's class.
   *
   * @return empty if the example has no label
   * @throws DataException naming label, file, line and the known classes, if it is none of them
   */
  public OptionalInt index(TextExample example) {
    if (example.label().isEmpty()) {
      return OptionalInt.empty();
    }
    OptionalInt index = index(example.label().get());
    if (index.isEmpty()) {
      throw unknown(example, example.label().get());
    }
    return index;
  }

  private DataException unknown(TextExample example, String label) {
    String more = size() > SHOWN ? " and " + (size() - SHOWN) + " more" : "";
    return new DataException(
        example.origin()
            + ": the label '"
            + label
            + "' is none of the model's classes: "
            + String.join(", ", names.subList(0, Math.min(SHOWN, size())))
            + more
            + ".");
  }

  /** How many examples each class has, by its number; those without a label are not counted. */
  public long[] count(Iterable<TextExample> examples) {
    long[] counts = new long[size()];
    for (TextExample example : examples) {
      index(example).ifPresent(index -> counts[index]++);
    }
    return counts;
  }

  /**
   * Weights that give every class the same share in the loss: {@code n / (C · n_c)} for {@code n}
   * examples, {@code C} classes and {@code n_c} examples of class {@code c}; 0 for a class without
   * examples.
   *
   * @param counts examples of each class
   */
  public static double[] balancedWeights(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    double[] weights = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      weights[i] = counts[i] == 0 ? 0 : (double) total / ((double) counts.length * counts[i]);
    }
    return weights;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSet labels && labels.names.equals(names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return names.toString();
  }
}
