package io.mla4j.kernels.nativecode;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The library of C kernels, loaded once in a JVM, or the reason why there is none. */
public final class NativeKernels {

  /**
   * Set to {@code java} or {@code plain} to do without C kernels although they are there, or to a
   * level's {@link Level#flag} to go no higher.
   */
  public static final String PROPERTY = "mla4j.kernels";

  private static final String LIBRARY = "libmla4j-kernels.so";

  private final Optional<SymbolLookup> library;
  private final List<Level> levels;
  private final String reason;

  private NativeKernels(Optional<SymbolLookup> library, List<Level> levels, String reason) {
    this.library = library;
    this.levels = levels;
    this.reason = reason;
  }

  private static NativeKernels missing(String reason) {
    return new NativeKernels(Optional.empty(), List.of(), reason);
  }

  /** The kernels this processor can run. */
  public static NativeKernels get() {
    return Loaded.KERNELS;
  }

  private static final class Loaded {
    private static final NativeKernels KERNELS = detect();
  }

  /** What this JVM may run, the best first; empty where there are no C kernels. */
  public List<Level> levels() {
    return levels;
  }

  public boolean isAvailable() {
    return !levels.isEmpty();
  }

  /** What runs, or one sentence that says why nothing does and what would help. */
  public String description() {
    return isAvailable() ? "C for " + levels.getFirst() : reason;
  }

  /**
   * A kernel at the best level that has it.
   *
   * @param name the function's name without its level
   */
  public Optional<MethodHandle> find(String name, FunctionDescriptor signature) {
    for (Level level : levels) {
      Optional<MemorySegment> function =
          library.flatMap(symbols -> symbols.find(name + "_" + level.flag()));
      if (function.isPresent()) {
        return function.map(address -> Linker.nativeLinker().downcallHandle(address, signature));
      }
    }
    return Optional.empty();
  }

  private static NativeKernels detect() {
    String wanted = System.getProperty(PROPERTY, "auto");
    Optional<Level> highest = Level.ofFlag(wanted);
    if (!wanted.equals("auto") && highest.isEmpty()) {
      return missing("-D" + PROPERTY + "=" + wanted + " asks for no C kernels.");
    }
    String folder = platform() + "/";
    try (InputStream stream = NativeKernels.class.getResourceAsStream(folder + LIBRARY)) {
      return stream == null ? missing(whyNotBuilt(folder)) : load(stream, highest);
    } catch (IOException failure) {
      return missing(inFolder("unpacked to", failure));
    }
  }

  /** A folder may be full, or closed to programs. */
  private static String inFolder(String what, Exception failure) {
    return "The C kernels could not be %s %s: %s; another folder can be given with -Djava.io.tmpdir."
        .formatted(what, System.getProperty("java.io.tmpdir"), reason(failure));
  }

  /** Of a file that cannot be made, the JVM often says the name alone. */
  private static String reason(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing -> "there is no such folder";
      case AccessDeniedException denied -> "there is no permission to write there";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static String platform() {
    return platform(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** The folder that {@code build.sh} names with {@code uname -s} and the compiler's machine. */
  static String platform(String system, String machine) {
    String name = system.startsWith("Mac") ? "darwin" : system.toLowerCase(Locale.ROOT);
    return name + "-" + (machine.equals("amd64") ? "x86_64" : machine);
  }

  private static String whyNotBuilt(String folder) throws IOException {
    try (InputStream why = NativeKernels.class.getResourceAsStream(folder + "missing.txt")) {
      return why == null
          ? "There are no C kernels for " + platform() + "."
          : "The C kernels were left out: "
              + new String(why.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static NativeKernels load(InputStream stream, Optional<Level> highest)
      throws IOException {
    Path file = Files.createTempFile("mla4j-kernels", ".so");
    try {
      Files.copy(stream, file, StandardCopyOption.REPLACE_EXISTING);
      SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
      List<Level> all = Level.of(levels(symbols));
      if (all.isEmpty()) {
        return missing("This processor has none of the instructions that the C kernels use.");
      }
      if (highest.isPresent() && !all.contains(highest.get())) {
        return missing(
            "-D%s=%s asks for a level that this processor has not, or that its C kernels were not compiled for; there is %s."
                .formatted(
                    PROPERTY,
                    highest.get().flag(),
                    all.stream().map(Level::flag).collect(Collectors.joining(", "))));
      }
      List<Level> levels =
          all.stream()
              .filter(level -> highest.map(h -> level.compareTo(h) <= 0).orElse(true))
              .toList();
      return new NativeKernels(Optional.of(symbols), levels, "");
    } catch (IllegalArgumentException refused) {
      return missing(inFolder("loaded from", refused));
    } catch (IllegalCallerException refused) {
      return missing("The C kernels could not be loaded: " + refused.getMessage());
    } finally {
      Files.deleteIfExists(file); // what is loaded stays mapped
    }
  }

  private static int levels(SymbolLookup symbols) {
    MethodHandle levels =
        Linker.nativeLinker()
            .downcallHandle(
                symbols.find("mla4j_levels").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT));
    try {
      return (int) levels.invokeExact();
    } catch (Throwable impossible) {
      throw new IllegalStateException("mla4j_levels failed.", impossible);
    }
  }
}
