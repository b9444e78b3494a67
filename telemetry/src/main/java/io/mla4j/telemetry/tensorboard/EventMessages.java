package io.mla4j.telemetry.tensorboard;

import java.time.Instant;
import java.util.Map;

/** The messages of an event file; the numbers are those of the fields in TensorFlow's protos. */
final class EventMessages {

  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int EVENT_SESSION_LOG = 7;

  private static final int SESSION_LOG_STATUS = 1;
  private static final int STATUS_START = 1;

  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;
  private static final int VALUE_TENSOR = 8;
  private static final int VALUE_METADATA = 9;

  private static final int METADATA_PLUGIN_DATA = 1;
  private static final int PLUGIN_DATA_NAME = 1;

  private static final int TENSOR_DTYPE = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int TENSOR_STRING_VALUES = 8;
  private static final int DTYPE_STRING = 7;
  private static final int SHAPE_DIMENSION = 2;
  private static final int DIMENSION_SIZE = 1;

  private EventMessages() {}

  /** The event every file begins with. */
  static byte[] fileVersion(Instant time) {
    return event(time, 0).string(EVENT_FILE_VERSION, "brain.Event:2").toBytes();
  }

  /** Says that what was recorded from this step on is void. */
  static byte[] start(Instant time, long step) {
    ProtoWriter log = new ProtoWriter().varint(SESSION_LOG_STATUS, STATUS_START);
    return event(time, step).message(EVENT_SESSION_LOG, log).toBytes();
  }

  static byte[] scalars(Instant time, long step, Map<String, Double> values) {
    ProtoWriter summary = new ProtoWriter();
    values.forEach((tag, value) -> summary.message(SUMMARY_VALUE, scalar(tag, value)));
    return event(time, step).message(EVENT_SUMMARY, summary).toBytes();
  }

  private static ProtoWriter scalar(String tag, double value) {
    return new ProtoWriter().string(VALUE_TAG, tag).fixedFloat(VALUE_SIMPLE_VALUE, (float) value);
  }

  /** Text that TensorBoard's plugin of that name shows as Markdown. */
  static byte[] text(Instant time, long step, String tag, String text) {
    ProtoWriter plugin = new ProtoWriter().string(PLUGIN_DATA_NAME, "text");
    ProtoWriter value =
        new ProtoWriter()
            .string(VALUE_TAG, tag)
            .message(VALUE_TENSOR, oneString(text))
            .message(VALUE_METADATA, new ProtoWriter().message(METADATA_PLUGIN_DATA, plugin));
    ProtoWriter summary = new ProtoWriter().message(SUMMARY_VALUE, value);
    return event(time, step).message(EVENT_SUMMARY, summary).toBytes();
  }

  private static ProtoWriter oneString(String text) {
    ProtoWriter dimension = new ProtoWriter().varint(DIMENSION_SIZE, 1);
    return new ProtoWriter()
        .varint(TENSOR_DTYPE, DTYPE_STRING)
        .message(TENSOR_SHAPE, new ProtoWriter().message(SHAPE_DIMENSION, dimension))
        .string(TENSOR_STRING_VALUES, text);
  }

  private static ProtoWriter event(Instant time, long step) {
    double seconds = time.getEpochSecond() + time.getNano() / 1e9;
    ProtoWriter event = new ProtoWriter().fixedDouble(EVENT_WALL_TIME, seconds);
    return step == 0 ? event : event.varint(EVENT_STEP, step);
  }
}
