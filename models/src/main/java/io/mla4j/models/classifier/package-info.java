/**
 * The text classifier: {@link io.mla4j.models.classifier.TextClassifierConfig} says how it is
 * built, in parts ({@link io.mla4j.models.classifier.Task}, {@link
 * io.mla4j.models.classifier.EncoderConfig}, {@link io.mla4j.models.classifier.PositionConfig},
 * {@link io.mla4j.models.classifier.Window}, {@link io.mla4j.models.classifier.Regularization}),
 * {@link io.mla4j.models.classifier.TextClassifier} is the model, {@link
 * io.mla4j.models.classifier.ClassifierFolder} keeps it with its tokenizer on disk, {@link
 * io.mla4j.models.classifier.TextPipeline} takes text to predictions.
 */
@NullMarked
package io.mla4j.models.classifier;

import org.jspecify.annotations.NullMarked;
