package io.mla4j.cli.bench.cases;

/**
 * One kernel at one shape.
 *
 * @param kernel the same over all shapes, such as {@code product-float32}
 * @param shape such as {@code 512x512x512}
 * @param twin what runs, {@link #C} or {@link #JAVA}
 */
public record KernelCase(String kernel, String shape, String twin, Load load, Setup setup) {

  public static final String C = "c";
  public static final String JAVA = "java";

  /** What {@code --only} looks at. */
  public String name() {
    return kernel + " " + shape + " " + twin;
  }
}
