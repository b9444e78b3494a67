package io.mla4j.kernels;

/**
 * Which twin runs in this JVM, and why.
 *
 * @param vector whether the Vector API is used
 * @param reason one sentence, with the flag that would change the choice where one helps
 */
public record KernelChoice(boolean vector, String reason) {

  /**
   * Set to {@code plain} to use plain loops although the Vector API is there, or to {@code java} to
   * use it without the C kernels.
   */
  public static final String PROPERTY = "mla4j.kernels";

  private static final String MODULE = "jdk.incubator.vector";

  /** Looks at this JVM. */
  static KernelChoice detect() {
    String wanted = System.getProperty(PROPERTY, "auto");
    boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
    return switch (wanted) {
      case "auto", "java" -> present ? withVectors() : withoutModule();
      case "plain" ->
          new KernelChoice(
              false,
              "-D" + PROPERTY + "=plain asks for plain loops; the kernels are faster without it.");
      default ->
          throw new IllegalArgumentException(
              "-D" + PROPERTY + " is 'auto', 'java' or 'plain', not '" + wanted + "'.");
    };
  }

  private static KernelChoice withVectors() {
    return new KernelChoice(true, "The module " + MODULE + " is in this JVM.");
  }

  private static KernelChoice withoutModule() {
    return new KernelChoice(
        false,
        "The module "
            + MODULE
            + " is not in this JVM, so products run about ten times slower; start it with"
            + " --add-modules="
            + MODULE
            + ".");
  }
}
