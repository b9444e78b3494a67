package io.mla4j.telemetry.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** HTML under construction. Whatever goes in as text or attribute value is escaped. */
final class Html {

  private final StringBuilder text = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  Html open(String element, String... attributes) {
    tag(element, attributes).append('>');
    open.push(element);
    return this;
  }

  /** Closes the innermost open element. */
  Html close() {
    text.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element that cannot have contents. */
  Html single(String element, String... attributes) {
    tag(element, attributes).append("/>\n");
    return this;
  }

  /** An element that holds only text. */
  Html element(String element, String content, String... attributes) {
    return open(element, attributes).text(content).close();
  }

  Html text(String content) {
    text.append(escaped(content));
    return this;
  }

  /** Style or script of this package, or what was escaped for its place already. */
  Html trusted(String content) {
    text.append(content);
    return this;
  }

  private StringBuilder tag(String element, String... attributes) {
    text.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      text.append(escaped(attributes[i + 1])).append('"');
    }
    return text;
  }

  static String escaped(String content) {
    StringBuilder escaped = new StringBuilder(content.length());
    content.codePoints().forEach(character -> append(escaped, character));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int character) {
    switch (character) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> escaped.appendCodePoint(isText(character) ? character : 0xfffd);
    }
  }

  /** Control characters and halves of surrogate pairs have no place in HTML. */
  private static boolean isText(int character) {
    boolean control = Character.isISOControl(character) && character != '\n' && character != '\t';
    return !control
        && Character.getType(character) != Character.SURROGATE
        && (character & 0xfffe) != 0xfffe;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
