/**
 * What a run tells about itself while it runs, and the folder it tells it in.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.telemetry.RunEvent}: the closed family of events.
 *   <li>{@link io.mla4j.telemetry.RunFolder}: records them, line by line, in {@code metrics.jsonl}
 *       and for TensorBoard, and cuts both back when a run is resumed.
 *   <li>{@code io.mla4j.telemetry.tensorboard}: TensorBoard's file format.
 *   <li>{@code io.mla4j.telemetry.journal}: files that grow by whole records.
 *   <li>{@code io.mla4j.telemetry.report}: the page that shows a finished run.
 * </ol>
 */
@NullMarked
package io.mla4j.telemetry;

import org.jspecify.annotations.NullMarked;
