package io.mla4j.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessorTest {

  @Test
  void anX86Machine() {
    Processor processor =
        Processor.of(
            List.of(
                "processor\t: 0",
                "model name\t: Some CPU @ 2.0GHz",
                "flags\t\t: fpu avx2 avx512f avx512_vnni",
                "processor\t: 1"));
    assertEquals("Some CPU @ 2.0GHz", processor.model().orElseThrow());
    assertEquals(
        Map.of("AVX2", true, "AVX-512", true, "BF16", false, "VNNI", true, "AMX", false),
        processor.features());
    assertTrue(processor.machineThreads() >= 2);
  }

  @Test
  void anArmMachine() {
    Processor processor = Processor.of(List.of("processor : 0", "Features : fp asimd sve bf16"));
    assertEquals(
        Map.of("NEON", true, "SVE", true, "BF16", true, "I8MM", false), processor.features());
  }

  @Test
  void aMachineThatDoesNotSay() {
    Processor processor = Processor.of(List.of());
    assertTrue(processor.model().isEmpty() && processor.features().isEmpty());
    assertEquals(processor.threads(), processor.machineThreads());
  }
}
