package io.mla4j.cli.data;

import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.console.Table;
import io.mla4j.cli.option.JsonOption;
import io.mla4j.data.sets.DataSet;
import io.mla4j.data.sets.DataSets;
import io.mla4j.data.sets.Split;
import io.mla4j.tasks.recipe.DataFolder;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the data sets. */
@Command(
    name = "list",
    description = "Lists the data sets this program can get, and which are there.",
    footerHeading = "%nExamples:%n",
    footer = {"  ./mla4j data list", "  ./mla4j data list --json -"})
final class DataListCommand implements Runnable {

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public void run() {
    print(json.text());
    json.write(DataSets.all());
  }

  private static void print(PrintWriter out) {
    Table table =
        new Table().left("name").right("train").right("validation").right("test").left("here");
    for (DataSet set : DataSets.all()) {
      table.row(
          set.name(),
          rows(set, Split.TRAIN),
          rows(set, Split.VALIDATION),
          rows(set, Split.TEST),
          DataFolder.ofProgram().holds(set) ? "yes" : "no");
    }
    table.print(out);
    for (DataSet set : DataSets.all()) {
      out.println();
      out.println(set.name());
      out.println("  " + set.summary());
      out.println("  " + set.obtain());
      out.println("  licence: " + set.licence());
    }
  }

  private static String rows(DataSet set, Split split) {
    return Quantity.count(set.rows().getOrDefault(split, 0));
  }
}
