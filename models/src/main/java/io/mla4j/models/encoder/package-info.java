/**
 * The text encoder that models of documents share: {@link io.mla4j.models.encoder.TextEncoder}
 * turns a batch of documents into a vector each, as {@link
 * io.mla4j.models.encoder.TextEncoderConfig} says, whose parts are the layers ({@link
 * io.mla4j.models.encoder.EncoderConfig}), the order of tokens ({@link
 * io.mla4j.models.encoder.PositionConfig}), how much of a document is read ({@link
 * io.mla4j.models.encoder.Window}), how its vectors are joined ({@link
 * io.mla4j.models.encoder.Pooling}) and what holds while training ({@link
 * io.mla4j.models.encoder.Regularization}).
 */
@NullMarked
package io.mla4j.models.encoder;

import org.jspecify.annotations.NullMarked;
