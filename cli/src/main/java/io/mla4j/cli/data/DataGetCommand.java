package io.mla4j.cli.data;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.option.CommandFiles;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.data.sets.DataSet;
import io.mla4j.data.sets.DataSets;
import io.mla4j.data.sets.Obtained;
import io.mla4j.data.sets.Split;
import io.mla4j.tasks.recipe.DataFolder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gets a data set. */
@Command(
    name = "get",
    description =
        "Gets a data set: fetches or reads its original files, checks their sizes and checksums, and"
            + " writes train.jsonl, validation.jsonl and test.jsonl, or train.txt and validation.txt"
            + " where the set is one text. Does nothing where they are there and sound.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./mla4j data get spam-assassin",
      "  ./mla4j data get sst2 --from ~/Downloads/sst2 --to data/sst2"
    })
final class DataGetCommand implements Runnable {

  /** What {@code --json} writes. */
  record Figures(String name, Path folder, boolean alreadyThere, Map<Split, Integer> rows) {}

  @Mixin private Console console = new Console();
  @Mixin private JsonOption json = new JsonOption();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "The data set, as 'data list' names it.")
  private String name = "";

  @Option(
      names = "--from",
      paramLabel = "PATH",
      description = "A folder or .tar.gz with the original files, instead of fetching them.")
  private Optional<Path> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where to write; datasets/NAME if left out.")
  private Optional<Path> to = Optional.empty();

  @Override
  public void run() {
    Path folder = to.orElseGet(() -> DataFolder.ofProgram().of(DataSets.find(name)));
    requireDistinctFiles(folder);
    Obtained obtained = DataSets.get(name, from, folder, console::say);
    json.text().println(obtained);
    json.write(
        new Figures(name, obtained.folder(), obtained.alreadyThere(), obtained.set().rows()));
  }

  private void requireDistinctFiles(Path folder) {
    CommandFiles files = new CommandFiles().reads("the set's original files", from);
    DataSet set = DataSets.find(name);
    for (Split split : set.splits()) {
      files.reads("the set's " + set.fileName(split), folder.resolve(set.fileName(split)));
    }
    files.writes("--json", json.file()).requireDistinct();
  }
}
