package io.mla4j.cli.inspect;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.models.causal.CausalFamilies;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model is made of. */
@Command(
    name = "inspect",
    description =
        "Shows a model's layers and parameters, what a token costs in the cache beside dense"
            + " attention, and where the model comes from. Reads the files alone.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j inspect runs/spam",
      "  ./mla4j inspect runs/spam --all --json model.json",
      "  ./mla4j inspect runs/tiny-shakespeare"
    })
public final class InspectCommand implements Runnable {

  @Mixin private JsonOption json = new JsonOption();

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model's folder: model.safetensors, config.json, tokenizer.json.")
  private Path model = Path.of("");

  @Option(
      names = {"-a", "--all"},
      description = "List every parameter by itself, not those of like layers together.")
  private boolean all;

  @Override
  public void run() {
    new CommandFiles().readsModel(model).writes("--json", json.file()).requireDistinct();
    if (CausalFamilies.isCausal(new ModelFolder(model).readConfig())) {
      CausalFacts facts = CausalFacts.read(model, all);
      new CausalText(facts).print(json.text());
      json.write(facts);
      return;
    }
    ModelFacts facts = ModelFacts.read(model, all);
    new ModelText(facts).print(json.text());
    json.write(facts);
  }
}
