package io.mla4j.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Durations as {@code 500ms}, {@code 90s}, {@code 1h30m} or {@code 2d}; ISO 8601 is read too. */
final class DurationText {

  private static final Pattern PARTS =
      Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

  private DurationText() {}

  static Optional<Duration> parse(String text) {
    String compact = text.replace(" ", "").toLowerCase(Locale.ROOT);
    if (compact.isEmpty()) {
      return Optional.empty();
    }
    try {
      Matcher parts = PARTS.matcher(compact);
      return Optional.of(parts.matches() ? sum(parts) : Duration.parse(compact));
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException notADuration) {
      return Optional.empty();
    }
  }

  private static Duration sum(Matcher parts) {
    return Duration.ofDays(part(parts, 1))
        .plusHours(part(parts, 2))
        .plusMinutes(part(parts, 3))
        .plusSeconds(part(parts, 4))
        .plusMillis(part(parts, 5));
  }

  private static long part(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  static String format(Duration duration) {
    if (duration.isNegative() || duration.getNano() % 1_000_000 != 0) {
      return duration.toString(); // the short form has neither signs nor nanoseconds
    }
    String text =
        unit(duration.toDaysPart(), "d")
            + unit(duration.toHoursPart(), "h")
            + unit(duration.toMinutesPart(), "m")
            + unit(duration.toSecondsPart(), "s")
            + unit(duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text;
  }

  private static String unit(long amount, String name) {
    return amount == 0 ? "" : amount + name;
  }

  static final class Writer extends StdScalarSerializer<Duration> {
    Writer() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration duration, JsonGenerator out, SerializationContext context) {
      out.writeString(format(duration));
    }
  }

  static final class Reader extends StdScalarDeserializer<Duration> {
    Reader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) {
      if (in.currentToken() != JsonToken.VALUE_STRING) {
        context.handleUnexpectedToken(Duration.class, in);
      }
      String text = in.getString();
      return parse(text)
          .orElseThrow(() -> context.weirdStringException(text, Duration.class, "not a duration"));
    }
  }
}
