package io.mla4j.kernels.choice;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.c.NativeBodies;
import io.mla4j.kernels.nativecode.Level;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.kernels.scalar.ScalarKernels;
import io.mla4j.kernels.vector.VectorKernels;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which twin runs in this JVM, and why.
 *
 * @param vector whether the Vector API is used
 * @param nativeCode whether C takes its place where it can
 * @param reason one sentence, with the flag that would change the choice where one helps
 */
public record KernelChoice(boolean vector, boolean nativeCode, String reason) {

  /**
   * Set to {@code plain} to use plain loops although the Vector API is there, to {@code java} to
   * use it without the C kernels, or to a {@link Level} such as {@code avx2} to use C kernels of no
   * higher one.
   */
  public static final String PROPERTY = "mla4j.kernels";

  private static final String MODULE = "jdk.incubator.vector";

  private static final String WITH_MODULE = "The module " + MODULE + " is in this JVM.";

  private static final String WITHOUT_MODULE =
      "The module "
          + MODULE
          + " is not in this JVM, so products run about ten times slower; start it with"
          + " --add-modules="
          + MODULE
          + ".";

  /** The best that this JVM can run, or what {@link #PROPERTY} asks for. */
  public static KernelChoice detect() {
    String wanted = System.getProperty(PROPERTY, "auto");
    boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
    return switch (wanted) {
      case "auto" -> java(present, NativeKernels.get().isAvailable());
      case "java" -> java(present, false);
      case "plain" ->
          new KernelChoice(
              false,
              false,
              "-D" + PROPERTY + "=plain asks for plain loops; the kernels are faster without it.");
      default -> atLevel(wanted, present);
    };
  }

  /** The same without C: for comparing the two. */
  public KernelChoice inJava() {
    return new KernelChoice(vector, false, reason);
  }

  /** Its single-threaded loops, with working memory of their own. */
  public KernelBodies bodies() {
    KernelBodies java = vector ? vectorBodies() : new ScalarKernels();
    return nativeCode ? new NativeBodies(java) : java;
  }

  // The class of the vector twin is named in a method of its own, so that it is not loaded with
  // this one where its module is absent.
  private static KernelBodies vectorBodies() {
    return new VectorKernels();
  }

  /** What runs, such as {@code Vector API with 512-bit vectors}. */
  public String description() {
    return bodies().description();
  }

  private static KernelChoice atLevel(String wanted, boolean vectors) {
    if (Level.ofFlag(wanted).isEmpty()) {
      String levels =
          Arrays.stream(Level.values()).map(Level::flag).collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "-D%s is 'auto', 'java', 'plain' or a level (%s), not '%s'."
              .formatted(PROPERTY, levels, wanted));
    }
    NativeKernels kernels = NativeKernels.get();
    if (!kernels.isAvailable()) {
      throw new IllegalArgumentException(kernels.description());
    }
    return java(vectors, true);
  }

  private static KernelChoice java(boolean vectors, boolean nativeCode) {
    return new KernelChoice(vectors, nativeCode, vectors ? WITH_MODULE : WITHOUT_MODULE);
  }
}
