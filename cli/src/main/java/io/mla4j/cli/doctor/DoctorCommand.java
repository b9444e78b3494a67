package io.mla4j.cli.doctor;

import io.mla4j.cli.option.JsonOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what this machine has and what is missing. */
@Command(
    name = "doctor",
    description = "Shows Java, processor, memory, engines, kernels and tools, and what is missing.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j doctor",
      "  ./mla4j doctor --json machine.json",
      "  MLA4J_WITHOUT_TORCH=1 ./mla4j doctor",
      "      what is there without libtorch"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:models can be used here", "1:they cannot"})
public final class DoctorCommand implements Callable<Integer> {

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() {
    Diagnosis found = Diagnosis.make();
    new DiagnosisText(found).print(json.text());
    json.write(found);
    return found.usable() ? 0 : 1;
  }
}
