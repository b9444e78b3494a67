package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestWordTest {

  @Test
  void slipsAreCounted() {
    assertEquals(0, NearestWord.slips("get", "get"));
    assertEquals(1, NearestWord.slips("gte", "get"));
    assertEquals(1, NearestWord.slips("predit", "predict"));
    assertEquals(2, NearestWord.slips("pradit", "predict"));
    assertEquals(3, NearestWord.slips("", "get"));
  }

  @Test
  void onlyANearWordIsSuggested() {
    List<String> words = List.of("predict", "evaluate", "data");
    assertEquals(Optional.of("predict"), NearestWord.of("predcit", words));
    assertEquals(Optional.of("data"), NearestWord.of("date", words));
    assertEquals(Optional.empty(), NearestWord.of("serve", words));
  }
}
