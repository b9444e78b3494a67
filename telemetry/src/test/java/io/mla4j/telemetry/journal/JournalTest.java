package io.mla4j.telemetry.journal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class JournalTest {

  @Test
  void aFullDiskIsOneSentence() {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "needs the device /dev/full");
    try (Journal journal = Journal.open(full)) {
      String message =
          assertThrows(UncheckedIOException.class, () -> journal.append(new byte[100]))
              .getMessage();
      assertTrue(message.contains("Could not write /dev/full"), message);
      assertTrue(message.contains("No space left on device"), message);
    }
  }
}
