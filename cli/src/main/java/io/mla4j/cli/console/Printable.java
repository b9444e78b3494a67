package io.mla4j.cli.console;

/**
 * Text from elsewhere, such as a file's column names, for a terminal: control characters, by which
 * it could move the cursor or hide what stands there, become escapes. Tabs and line ends stay.
 */
public final class Printable {

  private Printable() {}

  public static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      boolean layout = character == '\t' || character == '\n' || character == '\r';
      if (Character.isISOControl(character) && !layout) {
        printable.append("\\u%04X".formatted((int) character));
      } else {
        printable.append(character);
      }
    }
    return printable.toString();
  }
}
