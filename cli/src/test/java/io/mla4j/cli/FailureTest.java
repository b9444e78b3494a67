package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void theMessageOfAnExceptionIsTheSentence() {
    assertEquals("It is wrong.", Failure.sentence(new IllegalArgumentException("It is wrong.")));
    assertEquals("It is wrong.", Failure.sentence(new IllegalStateException("It is\n  wrong")));
  }

  @Test
  void filesAreNamed() {
    assertEquals("There is no file a.txt.", Failure.sentence(new NoSuchFileException("a.txt")));
    UncheckedIOException bare = new UncheckedIOException(new AccessDeniedException("b.txt"));
    assertEquals("There is no permission to use b.txt.", Failure.sentence(bare));
    UncheckedIOException told =
        new UncheckedIOException("Could not write c.", new IOException("x"));
    assertEquals("Could not write c.", Failure.sentence(told));
  }

  @Test
  void aMistakeOfOursIsCalledOne() {
    String sentence = Failure.sentence(new NullPointerException());
    assertTrue(sentence.contains("mistake in mla4j (NullPointerException in FailureTest.java"));
    assertTrue(Failure.sentence(new RuntimeException()).contains("mistake in mla4j"));
  }

  @Test
  void aFullHeapSaysHowToAllowMore() {
    String sentence = Failure.sentence(new OutOfMemoryError("Java heap space"));
    assertTrue(sentence.contains("MLA4J_JAVA_OPTS=-Xmx"), sentence);
  }

  @Test
  void theStackIsShownOnRequestOnly() {
    CommandRun run = CommandRun.of("inspect", "no-such-folder", "--stacktrace");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("\tat io.mla4j.checkpoint."), run.err());
    assertTrue(run.err().startsWith("mla4j: The model folder no-such-folder does not exist"));
  }
}
