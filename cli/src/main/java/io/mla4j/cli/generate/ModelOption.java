package io.mla4j.cli.generate;

import io.mla4j.models.causal.LanguageModel;
import io.mla4j.models.causal.WeightPrecision;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Which language model, and in which precision its weights are held. */
public final class ModelOption {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "A language model's folder in Hugging Face's layout: config.json, model.safetensors (or"
              + " shards) and tokenizer.json.")
  private Path path = Path.of("");

  @Option(
      names = "--precision",
      paramLabel = "float32|bf16|stored",
      converter = PrecisionConverter.class,
      description =
          "Type in which weights are held and multiplied with: float32 for float32 files and bf16 for"
              + " others if left out. stored keeps FP8 as it is, in half of bf16's memory, and is"
              + " slow.")
  private Optional<WeightPrecision> precision = Optional.empty();

  public Path path() {
    return path;
  }

  /** Opens the model on an engine, which stays the caller's to close. */
  public LanguageModel open(Engine engine) {
    return LanguageModel.open(path, engine, precision);
  }

  /** Reads a precision by its name. */
  static final class PrecisionConverter implements ITypeConverter<WeightPrecision> {
    @Override
    public WeightPrecision convert(String value) {
      return WeightPrecision.named(value)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "the precision is float32, bf16 or stored, not '" + value + "'"));
    }
  }
}
