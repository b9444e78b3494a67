package io.mla4j.cli.option;

import io.mla4j.data.text.TextFormat;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a format by the ending its files have. */
final class TextFormatConverter implements ITypeConverter<TextFormat> {

  @Override
  public TextFormat convert(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "json" -> TextFormat.JSON;
      case "jsonl", "ndjson" -> TextFormat.JSON_LINES;
      case "csv" -> TextFormat.CSV;
      case "tsv" -> TextFormat.TSV;
      case "parquet" -> TextFormat.PARQUET;
      default ->
          throw new TypeConversionException(
              "the format '" + text + "' is not known; use json, jsonl, csv, tsv or parquet");
    };
  }
}
