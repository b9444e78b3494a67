/**
 * Event files as TensorBoard reads them.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.telemetry.tensorboard.EventFileWriter}: the file and its records.
 *   <li>{@code EventMessages}: the protocol buffer messages in the records, as {@code event.proto},
 *       {@code summary.proto} and {@code tensor.proto} of TensorFlow define them.
 *   <li>{@code ProtoWriter}: the encoding of their fields.
 * </ol>
 */
@NullMarked
package io.mla4j.telemetry.tensorboard;

import org.jspecify.annotations.NullMarked;
