package io.mla4j.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConsoleTextTest {

  @Test
  void columnsLineUp() {
    Table table = new Table().left("name").right("count").row("a", "1").row("größer", "1,000");
    assertEquals(List.of("name    count", "a           1", "größer  1,000"), table.lines());
  }

  @Test
  void factsLineUpOverAllHeadings() {
    StringWriter out = new StringWriter();
    new Facts()
        .heading("One")
        .fact("a", "1", "more")
        .heading("Two")
        .fact("longer", "2")
        .print(new PrintWriter(out));
    assertEquals(
        List.of("One", "  a       1", "          more", "", "Two", "  longer  2"),
        out.toString().lines().toList());
  }

  @Test
  void quantitiesHaveUnits() {
    assertEquals("1 byte", Quantity.bytes(1));
    assertEquals("1,023 bytes", Quantity.bytes(1023));
    assertEquals("1.5 KiB", Quantity.bytes(1536));
    assertEquals("5.0 GiB", Quantity.bytes(5L << 30));
    assertEquals("98.70 %", Quantity.percent(0.987));
    assertEquals("0.42 ms", Quantity.seconds(0.00042));
    assertEquals("3.1 s", Quantity.seconds(3.14));
    assertEquals("2 min 5 s", Quantity.seconds(125));
    assertEquals("1 h 1 min", Quantity.seconds(3700));
    assertEquals("1 text", Quantity.count(1, "text"));
    assertEquals("1,250 documents/s", Quantity.rate(1250, "documents"));
  }

  @Test
  void aLogLineTellsWhatIsLeft() {
    assertEquals(
        "reading: 100 of 300 rows, 20.0 rows/s, 10.0 s left",
        log(OptionalLong.of(300)).line(100, 5));
  }

  @Test
  void aLogLineTellsNothingOfAnEndNobodyKnows() {
    assertEquals("reading: 100 rows, 20.0 rows/s", log(OptionalLong.empty()).line(100, 5));
  }

  private static ProgressLog log(OptionalLong total) {
    return new ProgressLog(new PrintWriter(new StringWriter()), "reading", "rows", total);
  }
}
