package io.mla4j.cli.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Named values under headings, lined up over all of them. */
public final class Facts {

  private record Line(String name, String value, boolean heading) {}

  private final List<Line> lines = new ArrayList<>();

  /** Starts a group of facts. */
  public Facts heading(String title) {
    lines.add(new Line(title, "", true));
    return this;
  }

  /** A fact; further values stand below the first. */
  public Facts fact(String name, String value, String... more) {
    lines.add(new Line(name, value, false));
    for (String another : more) {
      lines.add(new Line("", another, false));
    }
    return this;
  }

  public Facts fact(String name, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      lines.add(new Line(i == 0 ? name : "", values.get(i), false));
    }
    return this;
  }

  public void print(PrintWriter out) {
    int width =
        lines.stream().filter(l -> !l.heading()).mapToInt(l -> l.name().length()).max().orElse(0);
    boolean first = true;
    for (Line line : lines) {
      if (line.heading()) {
        out.print(first ? "" : System.lineSeparator());
        out.println(line.name());
      } else {
        out.println(
            ("  " + line.name() + " ".repeat(width - line.name().length() + 2) + line.value())
                .stripTrailing());
      }
      first = false;
    }
  }
}
