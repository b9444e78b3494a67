package io.mla4j.cli.bench;

/**
 * One kernel at one shape.
 *
 * @param kernel the same over all shapes, such as {@code product-float32}
 * @param shape such as {@code 512x512x512}
 * @param twin what runs, {@link #C} or {@link #JAVA}
 */
record KernelCase(String kernel, String shape, String twin, Load load, Setup setup) {

  static final String C = "c";
  static final String JAVA = "java";

  /** What {@code --only} looks at. */
  String name() {
    return kernel + " " + shape + " " + twin;
  }
}
