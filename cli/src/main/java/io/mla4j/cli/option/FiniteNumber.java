package io.mla4j.cli.option;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/** A number in JSON, which has no NaN and no infinity: null, not a word in quotes. */
final class FiniteNumber extends StdSerializer<Double> {

  FiniteNumber() {
    super(Double.class);
  }

  @Override
  public void serialize(Double value, JsonGenerator json, SerializationContext context) {
    if (Double.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeNull();
    }
  }
}
