package io.mla4j.cli.inspect;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.mla4j.checkpoint.Safetensors;
import io.mla4j.checkpoint.TensorEntry;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parameter, or the same one of several layers.
 *
 * @param name with the layers' numbers as a range, as in {@code layers.0-5.norm.weight}
 * @param tensors how many there are
 * @param count elements of all of them
 */
record ParameterGroup(
    String name, List<Long> shape, String dtype, int tensors, long count, long bytes) {

  private static final Pattern NUMBERED = Pattern.compile("(.*?\\.)(\\d{1,6})(\\..*)");
  private static final Pattern EXPERT = Pattern.compile("(.*\\.experts\\.)(\\d{1,6})(\\..*)");

  /** Every parameter by itself, in the order of the file. */
  static List<ParameterGroup> each(Safetensors weights) {
    return weights.names().stream()
        .map(weights::entry)
        .map(entry -> of(entry.name(), List.of(entry)))
        .toList();
  }

  /** Parameters of the same name, type and shape in successive layers, or experts, together. */
  static List<ParameterGroup> byLayer(Safetensors weights) {
    return inOrder(weights.names()).stream()
        .map(weights::entry)
        .collect(groupingBy(ParameterGroup::kind, LinkedHashMap::new, toList()))
        .values()
        .stream()
        .map(entries -> of(range(entries), entries))
        .toList();
  }

  private static List<Object> kind(TensorEntry entry) {
    String name = NUMBERED.matcher(entry.name()).replaceFirst("$1*$3");
    return List.of(EXPERT.matcher(name).replaceFirst("$1*$3"), entry.type(), entry.shape());
  }

  /** As in the file, but layer 10 after layer 9. */
  private static List<String> inOrder(List<String> names) {
    return names.stream()
        .collect(groupingBy(ParameterGroup::prefix, LinkedHashMap::new, toList()))
        .values()
        .stream()
        .flatMap(group -> group.stream().sorted(comparingInt(ParameterGroup::number)))
        .toList();
  }

  private static String prefix(String name) {
    Matcher matcher = NUMBERED.matcher(name);
    return matcher.matches() ? matcher.group(1) : name;
  }

  private static int number(String name) {
    Matcher matcher = NUMBERED.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
  }

  private static String range(List<TensorEntry> entries) {
    String first = entries.getFirst().name();
    String layers = numbers(NUMBERED, entries);
    String experts = numbers(EXPERT, entries);
    String named = NUMBERED.matcher(first).replaceFirst("$1" + layers + "$3");
    return EXPERT.matcher(named).replaceFirst("$1" + experts + "$3");
  }

  /** The numbers that names have in one place, as {@code 0-7}. */
  private static String numbers(Pattern place, List<TensorEntry> entries) {
    List<Integer> numbers =
        entries.stream()
            .map(entry -> place.matcher(entry.name()))
            .filter(Matcher::matches)
            .map(matcher -> Integer.parseInt(matcher.group(2)))
            .distinct()
            .sorted()
            .toList();
    if (numbers.size() < 2) {
      return numbers.isEmpty() ? "" : numbers.getFirst().toString();
    }
    boolean successive = numbers.getLast() - numbers.getFirst() == numbers.size() - 1;
    return successive ? numbers.getFirst() + "-" + numbers.getLast() : "*";
  }

  private static ParameterGroup of(String name, List<TensorEntry> entries) {
    TensorEntry first = entries.getFirst();
    return new ParameterGroup(
        name,
        Arrays.stream(first.shape().toArray()).boxed().toList(),
        first.type().code(),
        entries.size(),
        entries.stream().mapToLong(entry -> entry.shape().size()).sum(),
        entries.stream().mapToLong(TensorEntry::bytes).sum());
  }
}
