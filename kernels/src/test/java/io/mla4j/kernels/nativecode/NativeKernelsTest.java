package io.mla4j.kernels.nativecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeKernelsTest {

  @TempDir Path folder;

  @Test
  void foldersAreNamedAsTheBuildNamesThem() {
    assertEquals("linux-x86_64", NativeKernels.platform("Linux", "amd64"));
    assertEquals("linux-aarch64", NativeKernels.platform("Linux", "aarch64"));
    assertEquals("darwin-x86_64", NativeKernels.platform("Mac OS X", "x86_64"));
    assertEquals("darwin-aarch64", NativeKernels.platform("Mac OS X", "aarch64"));
  }

  /** With compilers that only pretend, one of which fails at a level. */
  @Test
  void aLevelThatDoesNotCompileIsLeftOut() throws Exception {
    String said = build("avx512f");
    assertTrue(said.contains("The C kernels for avx512 are left out: "), said);
    assertTrue(said.contains("The C kernels for avx512bf16 are left out: "), said);
    assertFalse(said.contains("for avx2 are left out"), said);
    assertTrue(Files.readString(folder.resolve("calls")).contains("-DCOMPILED=AVX2 "), said);
    assertEquals(List.of("libmla4j-kernels.so"), built());
  }

  @Test
  void aCompilerThatCompilesNothingLeavesAReason() throws Exception {
    String said = build("mavx2");
    assertTrue(said.contains("could compile none of the levels avx2 avx512 avx512bf16 amx."), said);
    assertEquals(List.of("missing.txt"), built());
  }

  private List<String> built() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      return files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
    }
  }

  /** Builds with a compiler for x86-64 that refuses kernels compiled with a flag. */
  private String build(String refused) throws Exception {
    Path script = Path.of("src/main/c/build.sh");
    assumeTrue(Files.exists(script) && Files.isExecutable(Path.of("/bin/sh")));
    Path compiler = folder.resolve("cc");
    Files.writeString(
        compiler,
        """
        #!/bin/sh
        echo "$* " >>"%s/calls"
        case $* in
          -dumpmachine) echo x86_64-linux-gnu; exit ;;
          *%s*-DLEVEL=*) exit 1 ;;
        esac
        while [ "$1" != -o ]; do shift; done
        : >"$2"
        """
            .formatted(folder, refused));
    assertTrue(compiler.toFile().setExecutable(true));
    ProcessBuilder build =
        new ProcessBuilder("/bin/sh", script.toString(), folder.resolve("out").toString());
    build.environment().put("CC", compiler.toString());
    Process process = build.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }
}
