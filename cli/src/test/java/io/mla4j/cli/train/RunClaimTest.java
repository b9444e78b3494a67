package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cli.Main;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.run.RunClaim;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder is one process's while a run is in it, and as it was when a run came to nothing. */
class RunClaimTest {

  @TempDir Path folder;

  /** Claims a folder and holds it until it is killed. */
  static final class Holder {

    private Holder() {}

    public static void main(String[] args) throws IOException, InterruptedException {
      try (RunClaim claim = RunClaim.ofNew(Path.of(args[0]))) {
        Files.writeString(claim.folder().resolve(Recipes.FILE), "name: held\n");
        System.out.println("claimed");
        Thread.sleep(TimeUnit.MINUTES.toMillis(5));
      }
    }
  }

  private static String refused(Object... arguments) {
    StringWriter err = new StringWriter();
    String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), words);
    assertEquals(1, code, err.toString());
    return err.toString();
  }

  @Test
  void aRunAtWorkIsNotResumedUntilItsProcessIsKilled() throws Exception {
    Path run = folder.resolve("run");
    Path log = folder.resolve("log");
    Process holder =
        ChildJvm.start(log, List.of(), Holder.class.getName(), List.of(run.toString()));
    try {
      await(log, "claimed");
      String said = refused("train", "--resume", run);
      assertTrue(said.contains("Another mla4j is at work on the run in " + run), said);
      assertTrue(refused("quickstart", "--resume", run).contains("Another mla4j is at work"));
    } finally {
      holder.destroyForcibly().waitFor();
    }
    RunClaim.ofRun(run).close();
  }

  @Test
  void onlyOneOfTwoHasAFolderUntilItIsClosed() {
    Path run = folder.resolve("run");
    try (RunClaim first = RunClaim.ofNew(run)) {
      var failure = assertThrows(IllegalArgumentException.class, () -> RunClaim.ofNew(run));
      assertTrue(failure.getMessage().contains("Another mla4j"), failure.getMessage());
      assertEquals(run, first.folder());
    }
    RunClaim.ofNew(run).close();
  }

  @Test
  void aFreeNameIsTakenOnce() throws IOException {
    String name = "claim-" + System.nanoTime();
    try (RunClaim first = RunClaim.ofFree(name);
        RunClaim second = RunClaim.ofFree(name)) {
      assertNotEquals(first.folder(), second.folder());
      IllegalStateException failure = new IllegalStateException("refused");
      first.giveUp(failure);
      second.giveUp(failure);
      assertEquals(0, failure.getSuppressed().length);
      assertFalse(Files.exists(first.folder()) || Files.exists(second.folder()));
    } finally {
      removeIfEmpty(Path.of("runs"));
    }
  }

  private static void removeIfEmpty(Path runs) throws IOException {
    try (var left = Files.list(runs)) {
      if (left.findAny().isEmpty()) {
        Files.delete(runs);
      }
    }
  }

  @Test
  void whatCannotBeCleanedUpDoesNotHideWhyTheRunFailed() throws IOException {
    try (RunClaim claim = RunClaim.ofNew(folder.resolve("run"))) {
      Path stuck = claim.folder().resolve(Recipes.FILE);
      Files.createDirectories(stuck.resolve("below"));
      IllegalStateException failure = new IllegalStateException("the data are refused");
      claim.giveUp(failure);
      assertEquals("the data are refused", failure.getMessage());
      assertEquals(1, failure.getSuppressed().length);
    }
  }

  @Test
  void aRunWithACheckpointIsNotGivenUp() throws IOException {
    try (RunClaim claim = RunClaim.ofNew(folder.resolve("run"))) {
      Files.writeString(claim.folder().resolve("checkpoint.safetensors"), "precious");
      Files.writeString(claim.folder().resolve("tokenizer.json"), "precious");
      claim.giveUp(new IllegalStateException("stopped"));
      assertTrue(Files.exists(claim.folder().resolve("tokenizer.json")));
    }
  }

  private static void await(Path log, String words) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!Files.readString(log).contains(words)) {
      assertTrue(System.nanoTime() < deadline, () -> "never said: " + words);
      Thread.sleep(20);
    }
  }
}
