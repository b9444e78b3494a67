/**
 * Models of other programs as folders in Hugging Face's layout. {@link
 * io.mla4j.models.convert.Llama2cConversion} is what there is to call: it joins the weights of an
 * {@link io.mla4j.models.convert.Llama2cCheckpoint}, whose sizes its {@link
 * io.mla4j.models.convert.Llama2cHeader} gives, with the vocabulary of a {@link
 * io.mla4j.models.convert.Llama2cVocabulary}.
 */
@NullMarked
package io.mla4j.models.convert;

import org.jspecify.annotations.NullMarked;
