/**
 * The text classifier: {@link io.mla4j.models.classifier.TextClassifierConfig} says how it is
 * built, in parts ({@link io.mla4j.models.classifier.Task}, {@link
 * io.mla4j.models.encoder.EncoderConfig}, {@link io.mla4j.models.encoder.PositionConfig}, {@link
 * io.mla4j.models.encoder.Window}, {@link io.mla4j.models.encoder.Regularization}), {@link
 * io.mla4j.models.classifier.TextClassifier} is the model, {@link
 * io.mla4j.models.classifier.ClassifierFolder} keeps it with its tokenizer on disk, {@link
 * io.mla4j.models.classifier.TextPipeline} takes text to predictions.
 */
@NullMarked
package io.mla4j.models.classifier;

import org.jspecify.annotations.NullMarked;
