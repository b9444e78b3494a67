package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.flashmla.prefill.LatentForm;
import org.junit.jupiter.api.Test;

class LatentFormTest {

  private static final LatentForm.Sizes DEEPSEEK = new LatentForm.Sizes(128, 512, 128, 64, 128);

  @Test
  void decodingIsAbsorbedAndPrefillExpanded() {
    assertEquals(LatentForm.ABSORBED, LatentForm.cheaper(DEEPSEEK, 1, 4096, true));
    assertEquals(LatentForm.EXPANDED, LatentForm.cheaper(DEEPSEEK, 4096, 4096, true));
    assertEquals(LatentForm.EXPANDED, LatentForm.cheaper(DEEPSEEK, 512, 65536, true));
  }

  @Test
  void behindALongPrefixTheTurnIsWhereExpandingPays() {
    // 512 · 256 multiply-adds expand a token; a pair costs 320 expanded and 1088 absorbed.
    assertEquals(LatentForm.ABSORBED, LatentForm.cheaper(DEEPSEEK, 170, 1 << 20, true));
    assertEquals(LatentForm.EXPANDED, LatentForm.cheaper(DEEPSEEK, 172, 1 << 20, true));
  }

  @Test
  void theCountIsThatOfTheProducts() {
    LatentForm.Sizes sizes = new LatentForm.Sizes(2, 8, 3, 1, 5);
    // 3 queries over 4 keys see 2, 3 and 4 of them.
    assertEquals(2.0 * (4 * 8 * 8 + 9 * 9), LatentForm.EXPANDED.multiplyAdds(sizes, 3, 4, true));
    assertEquals(2.0 * (3 * 8 * 8 + 9 * 17), LatentForm.ABSORBED.multiplyAdds(sizes, 3, 4, true));
    assertEquals(2.0 * (4 * 8 * 8 + 12 * 9), LatentForm.EXPANDED.multiplyAdds(sizes, 3, 4, false));
    // Of 5 queries over 2 keys the last sees 2, the one before 1 and the others none.
    assertEquals(2.0 * (2 * 8 * 8 + 3 * 9), LatentForm.EXPANDED.multiplyAdds(sizes, 5, 2, true));
  }

  @Test
  void badSizes() {
    assertThrows(IllegalArgumentException.class, () -> new LatentForm.Sizes(0, 1, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> LatentForm.cheaper(DEEPSEEK, -1, 4, true));
  }
}
