package io.mla4j.cli.train;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.EngineOption;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tasks.run.ComparedRun;
import io.mla4j.tasks.run.RunClaim;
import io.mla4j.tasks.run.RunFigures;
import io.mla4j.tasks.run.RunFolders;
import io.mla4j.tasks.run.RunReport;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a model as a recipe says. */
@Command(
    name = "train",
    description = {
      "Trains a model as a recipe says, keeps the model that is best on the validation"
          + " data, measures it on the test data and writes a report.",
      "",
      "A run can be stopped at any moment, by Ctrl-C or worse, and resumed: the result is the same."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j train recipes/trec.yaml",
      "  ./mla4j train recipes/trec.yaml --set training.epochs=3 --set model.layers=4",
      "  ./mla4j train recipes/trec.yaml --set model.attention=dense --run runs/dense",
      "  ./mla4j train recipes/trec.yaml --baseline",
      "      also train dense attention on the same batches and compare",
      "  ./mla4j train --resume runs/trec",
      "  ./mla4j train recipes/stsb.yaml --baseline",
      "  ./mla4j train recipes/tiny-shakespeare.yaml",
      "",
      "A recipe names its task: classification (if left out), regression or language-model.",
      "A recipe names at least the training data:",
      "  data:",
      "    train: mails.jsonl        # fields text and label; also json, csv, tsv, parquet;",
      "                              # for a language model also plain text, or a folder of files",
      "Its files are looked for in the current folder, then beside the recipe.",
      "The run folder's recipe.yaml shows every setting there is, with its value."
    })
public final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private Console console = new Console();

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      description = "A YAML or JSON file; see recipes/.")
  private Optional<Path> recipe = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting of the recipe, such as training.epochs=3. Repeatable.")
  private List<String> overrides = List.of();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "The run's folder; runs/NAME of the recipe if left out.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Go on with a stopped run, with its recipe, its engine and threads, and its baseline.")
  private Optional<Path> resumed = Optional.empty();

  @Option(
      names = "--baseline",
      description =
          "Also train what the model is compared with: the same with dense attention; for pairs of"
              + " texts, a bag of token vectors.")
  private boolean baseline;

  @Mixin private JsonOption json = new JsonOption();
  @Mixin private EngineOption engine = new EngineOption();

  @Override
  public Integer call() {
    requireOneOf();
    resumed.ifPresent(RunFolders::requireRun);
    folder.ifPresent(RunFolders::requireFree);
    return train(recipe());
  }

  private <R extends Recipe> int train(Recipes.Read<R> chosen) {
    requireDistinctFiles(chosen.recipe());
    try (Engine started = chosen.recipe().engine().start(EngineChoice.Purpose.TRAIN);
        RunClaim claim = RunClaim.of(resumed, folder, chosen.recipe().name())) {
      return train(chosen, claim, started);
    }
  }

  private void requireDistinctFiles(Recipe chosen) {
    CommandFiles files = new CommandFiles().reads("the recipe", recipe);
    files.reads(chosen.inputs());
    resumed.or(() -> folder).ifPresent(run -> files.readsRun(run));
    files.writes("--json", json.file()).requireDistinct();
  }

  private <R extends Recipe> int train(Recipes.Read<R> chosen, RunClaim claim, Engine started) {
    String goOn = ResumeCommand.line(spec, claim.folder());
    ComparedRun.Trained trained = new WatchedRun(started, console, goOn).run(chosen, claim);
    if (!trained.completed()) {
      return Interruption.EXIT_CODE;
    }
    Path report = RunReport.write(trained, trained.data().warnings());
    new Summary(trained).print(json.text(), report);
    json.write(RunFigures.of(trained));
    return 0;
  }

  private void requireOneOf() {
    if (resumed.isPresent() == recipe.isPresent()) {
      throw console.misuse("Name a recipe to train, or a run to --resume, one of the two.");
    }
    if (resumed.isPresent() && folder.isPresent()) {
      throw console.misuse("A run to --resume stays in its folder; leave --run out.");
    }
  }

  private Recipes.Read<?> recipe() {
    List<String> settings = new ArrayList<>(overrides);
    settings.addAll(engine.overrides());
    if (baseline) {
      settings.add("baseline=true");
    }
    return resumed.isPresent()
        ? Recipes.ofRun(resumed.get(), settings)
        : Recipes.read(recipe.orElseThrow(), settings);
  }
}
