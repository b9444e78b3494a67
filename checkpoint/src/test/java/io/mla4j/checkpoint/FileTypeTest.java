package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileTypeTest {

  @Test
  void everyComputeTypeIsWrittenAsItself() {
    for (DType dtype : DType.values()) {
      FileType type = FileType.of(dtype);
      assertEquals(dtype.code(), type.code());
      assertEquals(8 * dtype.bytes(), type.bits());
      assertEquals(Optional.of(dtype), type.dtype());
      assertEquals(Optional.of(dtype), type.computed());
    }
  }

  @Test
  void sizesCountPackedElements() {
    assertEquals(0, FileType.F4.bytes(Shape.of(0, 3)));
    assertEquals(3, FileType.F4.bytes(Shape.of(2, 3)));
    assertEquals(3, FileType.F6_E2M3.bytes(Shape.of(4)));
    assertEquals(8, FileType.C64.bytes(Shape.of()));
    assertThrows(IllegalArgumentException.class, () -> FileType.F4.bytes(Shape.of()));
    assertThrows(IllegalArgumentException.class, () -> FileType.F6_E3M2.bytes(Shape.of(3)));
    String tooMany =
        assertThrows(
                IllegalArgumentException.class,
                () -> FileType.F4.bytes(Shape.of(1L << 31, 1L << 31)))
            .getMessage();
    assertTrue(tooMany.contains("too many"), tooMany);
  }

  @Test
  void whatIsConvertedLosesNothingByItself() {
    for (FileType type : FileType.values()) {
      DType computed = type.computed().orElse(DType.BOOL);
      assertEquals(type.isFloating(), computed.isFloating(), type.code());
      assertTrue(8 * computed.bytes() >= type.bits() || type.computed().isEmpty(), type.code());
    }
  }
}
