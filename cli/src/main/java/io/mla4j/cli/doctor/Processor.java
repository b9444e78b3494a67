package io.mla4j.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The CPU.
 *
 * @param model empty if the operating system does not say
 * @param features instruction sets that matter here, by name, whether they are there; empty if
 *     unknown
 * @param threads this process may use
 * @param machineThreads of the whole machine; as many as {@code threads} if unknown
 */
record Processor(
    Optional<String> model,
    String architecture,
    Map<String, Boolean> features,
    int threads,
    int machineThreads) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /**
   * An instruction set.
   *
   * @param flags of Linux, any of which stands for it
   */
  private record Feature(String name, List<String> flags) {}

  private static final List<Feature> X86 =
      List.of(
          new Feature("AVX2", List.of("avx2")),
          new Feature("AVX-512", List.of("avx512f")),
          new Feature("BF16", List.of("avx512_bf16", "avx_ne_convert")),
          new Feature("VNNI", List.of("avx512_vnni", "avx_vnni")),
          new Feature("AMX", List.of("amx_tile")));

  private static final List<Feature> ARM =
      List.of(
          new Feature("NEON", List.of("asimd")),
          new Feature("SVE", List.of("sve")),
          new Feature("BF16", List.of("bf16")),
          new Feature("I8MM", List.of("i8mm")));

  static Processor look() {
    try {
      return of(Files.exists(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of());
    } catch (IOException unreadable) {
      return of(List.of());
    }
  }

  /** Reads the lines of Linux's {@code /proc/cpuinfo}; there may be none. */
  static Processor of(List<String> cpuInfo) {
    String architecture = System.getProperty("os.arch", "unknown");
    int threads = Runtime.getRuntime().availableProcessors();
    long all = cpuInfo.stream().filter(line -> line.startsWith("processor")).count();
    return new Processor(
        value(cpuInfo, "model name"),
        architecture,
        features(cpuInfo),
        threads,
        (int) Math.max(all, threads));
  }

  private static Map<String, Boolean> features(List<String> cpuInfo) {
    Optional<String> x86 = value(cpuInfo, "flags");
    Optional<String> arm = value(cpuInfo, "Features");
    if (x86.isEmpty() && arm.isEmpty()) {
      return Map.of();
    }
    Set<String> flags =
        Arrays.stream(x86.or(() -> arm).orElse("").split("\\s+")).collect(Collectors.toSet());
    Map<String, Boolean> features = new LinkedHashMap<>();
    for (Feature feature : x86.isPresent() ? X86 : ARM) {
      features.put(feature.name(), feature.flags().stream().anyMatch(flags::contains));
    }
    return features;
  }

  private static Optional<String> value(List<String> cpuInfo, String key) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith(key) && line.contains(":"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }
}
