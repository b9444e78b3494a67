package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.sets.DataSets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataCommandTest {

  @Test
  void theSetsAreListedWithTheirSizes() {
    String out = CommandRun.succeeding("data", "list").out();
    assertTrue(out.lines().anyMatch(line -> line.matches("trec +4,896 +556 +500 +(yes|no)")), out);
    assertTrue(out.contains("spam-assassin"), out);
    JsonNode sets =
        JsonMapper.shared().readTree(CommandRun.succeeding("data", "list", "--json", "-").out());
    assertEquals(DataSets.all().size(), sets.size());
    assertTrue(sets.findValuesAsString("name").contains("banking77"), sets.toString());
  }
}
