package io.mla4j.torchengine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Loads libtorch once, with the settings that must be in place before it loads: where the BLAS and
 * libtorch have an OpenMP pool each, the two spin against each other, which makes training three
 * times slower (docs/experiments.md).
 */
final class TorchNatives {

  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

  private static @Nullable TorchNatives instance;

  private final Optional<String> failure;
  private final boolean mkl;

  private TorchNatives() {
    mkl = hasMkl();
    Optional<String> problem;
    try {
      prepareEnvironment();
      Loader.load(torch.class);
      problem = Optional.empty();
    } catch (LinkageError | RuntimeException error) {
      problem = Optional.of(explained(error));
    }
    failure = problem;
  }

  /** The deepest cause: JavaCPP only says that it found no library anywhere. */
  private static String explained(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return "%s; if %s is full or closed to programs, another folder can be given with -D%s."
        .formatted(reason.replaceFirst("^(.+): \\1: ", "$1: "), cache(), CACHE);
  }

  /** Where JavaCPP unpacks libraries to. */
  private static String cache() {
    try {
      return Loader.getCacheDir().toString();
    } catch (IOException | RuntimeException none) {
      return "JavaCPP's cache";
    }
  }

  static synchronized TorchNatives load() {
    TorchNatives loaded = instance;
    if (loaded == null) {
      loaded = new TorchNatives();
      instance = loaded;
    }
    return loaded;
  }

  /** Why libtorch did not load; empty if it did. */
  Optional<String> failure() {
    return failure;
  }

  /** Whether matrix products run on MKL rather than OpenBLAS. */
  boolean mkl() {
    return mkl;
  }

  private static boolean hasMkl() {
    String resource = "/org/bytedeco/mkl/" + Loader.getPlatform() + "/libmkl_rt.so.2";
    return TorchNatives.class.getResource(resource) != null;
  }

  private void prepareEnvironment() {
    if (mkl && System.getProperty("org.bytedeco.openblas.load") == null) {
      System.setProperty("org.bytedeco.openblas.load", "mkl_rt");
    }
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return;
    }
    if (mkl) {
      // On libgomp, MKL shares libtorch's threads, which may then wait for work actively.
      setUnlessSet("MKL_THREADING_LAYER", "GNU");
    } else {
      setUnlessSet("OMP_WAIT_POLICY", "PASSIVE");
    }
  }

  /** The C library's setenv, which native libraries see and {@code System.getenv} does not. */
  private static void setUnlessSet(String name, String value) {
    if (System.getenv(name) != null) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    try (Arena arena = Arena.ofConfined()) {
      var setenv =
          linker.downcallHandle(
              lookup.find("setenv").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      MemorySegment key = arena.allocateFrom(name);
      int ignored = (int) setenv.invokeExact(key, arena.allocateFrom(value), 0);
    } catch (Throwable error) {
      throw new IllegalStateException("Could not set " + name + " for libtorch.", error);
    }
  }
}
