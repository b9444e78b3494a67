package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.KernelCase;
import io.mla4j.cli.console.Console;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** What {@code --only} leaves. */
final class Selection {

  private final Optional<Pattern> only;
  private final Console console;

  private Selection(Optional<Pattern> only, Console console) {
    this.only = only;
    this.console = console;
  }

  static Selection of(Optional<String> only, Console console) {
    try {
      return new Selection(
          only.map(text -> Pattern.compile(text, Pattern.CASE_INSENSITIVE)), console);
    } catch (PatternSyntaxException wrong) {
      throw console.misuse(
          "--only is a regular expression, which '%s' is not: %s."
              .formatted(wrong.getPattern(), wrong.getDescription()));
    }
  }

  List<KernelCase> cases(List<KernelCase> all) {
    return choose(all, KernelCase::name, KernelCase::kernel);
  }

  List<Verification<?>> verifications(List<Verification<?>> all) {
    return choose(all, Verification::name, Verification::name);
  }

  List<CudaPoint> points(List<CudaPoint> all) {
    return choose(all, CudaPoint::name, CudaPoint::name);
  }

  /**
   * @param searched the words the pattern may be in
   * @param shown what is listed where it is in none
   */
  private <T> List<T> choose(List<T> all, Function<T, String> searched, Function<T, String> shown) {
    List<T> chosen =
        all.stream()
            .filter(one -> only.isEmpty() || only.get().matcher(searched.apply(one)).find())
            .toList();
    if (chosen.isEmpty()) {
      String known = all.stream().map(shown).distinct().collect(Collectors.joining(", "));
      throw console.misuse(
          "--only '%s' leaves nothing; there is: %s.".formatted(only.orElseThrow(), known));
    }
    return chosen;
  }
}
