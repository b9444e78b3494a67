package io.mla4j.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which room may import which; see {@code docs/layout.md}. */
class ArchitectureTest {

  private static final String ROOT = "io.mla4j.";

  /** Every room by its package, and the rooms it may import. */
  private static final Map<String, List<String>> MAY_IMPORT =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("tensor", List.of()),
              Map.entry("files", List.of()),
              Map.entry("kernels", List.of()),
              Map.entry("flashmla", List.of("kernels")),
              Map.entry("cuda", List.of("kernels", "flashmla")),
              Map.entry("config", List.of("files")),
              Map.entry("torchengine", List.of("tensor")),
              Map.entry("nativeengine", List.of("tensor", "kernels", "flashmla")),
              Map.entry("nn", List.of("tensor")),
              Map.entry("checkpoint", List.of("tensor", "files")),
              Map.entry("data", List.of("files")),
              Map.entry("telemetry", List.of("files")),
              Map.entry("models", List.of("nn", "tensor", "checkpoint", "data", "config")),
              Map.entry(
                  "training", List.of("nn", "tensor", "data", "checkpoint", "telemetry", "files")),
              Map.entry(
                  "tasks",
                  List.of(
                      "tensor",
                      "files",
                      "config",
                      "nn",
                      "checkpoint",
                      "data",
                      "telemetry",
                      "models",
                      "training")),
              Map.entry(
                  "cli",
                  List.of(
                      "tensor",
                      "files",
                      "config",
                      "kernels",
                      "flashmla",
                      "cuda",
                      "nn",
                      "checkpoint",
                      "data",
                      "telemetry",
                      "models",
                      "training",
                      "tasks"))));

  /** Files. */
  private static final int LARGEST_PACKAGE = 30;

  private static JavaClasses all;

  @BeforeAll
  static void read() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT.substring(0, ROOT.length() - 1));
  }

  @TestFactory
  Stream<DynamicTest> everyRoomImportsOnlyWhatItMay() {
    return MAY_IMPORT.entrySet().stream()
        .map(room -> DynamicTest.dynamicTest(room.getKey(), () -> check(room)));
  }

  private static void check(Map.Entry<String, List<String>> room) {
    String[] forbidden =
        MAY_IMPORT.keySet().stream()
            .filter(other -> !other.equals(room.getKey()) && !room.getValue().contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + room.getKey() + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(all);
  }

  @Test
  void everyClassIsInARoom() {
    String[] rooms =
        MAY_IMPORT.keySet().stream().map(room -> ROOT + room + "..").toArray(String[]::new);
    classes().should().resideInAnyPackage(rooms).check(all);
  }

  @Test
  void noPackageIsTooLargeToBeReadAsAWhole() {
    Map<String, Long> files =
        all.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(each -> !each.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    files.values().removeIf(count -> count <= LARGEST_PACKAGE);
    assertEquals(Map.of(), files);
  }

  @Test
  void noPackagesImportEachOtherInACircle() {
    slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void onlyTheTorchEngineKnowsLibtorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "torchengine..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(all);
  }

  @Test
  void onlyTheCommandKnowsItsLibraries() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "me.tongfei..", "ch.qos.logback..")
        .check(all);
  }

  @Test
  void everyPackageHasAMapAndForbidsNull() {
    List<String> packages =
        all.stream().map(JavaClass::getPackageName).distinct().sorted().toList();
    DescribedPredicate<JavaClass> map =
        DescribedPredicate.describe("package-info", c -> c.getSimpleName().equals("package-info"));
    List<String> mapped = all.that(map).stream().map(JavaClass::getPackageName).sorted().toList();
    org.junit.jupiter.api.Assertions.assertEquals(
        packages, mapped, Arrays.toString(packages.toArray()));
    classes().that(map).should().beAnnotatedWith("org.jspecify.annotations.NullMarked").check(all);
  }
}
