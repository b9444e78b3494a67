package io.mla4j.config;

import com.fasterxml.jackson.annotation.Nulls;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** How settings look in YAML, in JSON and as trees: the same strict rules for the three. */
final class Formats {

  static final JsonMapper JSON =
      strict(JsonMapper.builder()).enable(SerializationFeature.INDENT_OUTPUT).build();

  static final YAMLMapper YAML = strict(YAMLMapper.builder(yamlFactory())).build();

  /** Between records and trees, where the text format does not matter. */
  static final JsonMapper TREE = JSON;

  private Formats() {}

  private static YAMLFactory yamlFactory() {
    return YAMLFactory.builder()
        .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
        .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
        .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
        .disable(YAMLWriteFeature.SPLIT_LINES)
        .disable(YAMLWriteFeature.USE_NATIVE_TYPE_ID)
        .enable(YAMLWriteFeature.INDENT_ARRAYS_WITH_INDICATOR)
        .build();
  }

  private static <B extends MapperBuilder<?, B>> B strict(B builder) {
    return builder
        // Modules of other rooms name the members of families, for one.
        .findAndAddModules()
        .addModule(ownTypes())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        // Only a record's components are settings, not what it derives from them.
        .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        // A name such as 2024 is text without quotes; 1.10 is not, for it would be read as 1.1.
        .withCoercionConfig(
            LogicalType.Textual,
            rules -> {
              rules.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert);
              rules.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              rules.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
        .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL));
  }

  private static JacksonModule ownTypes() {
    return new SimpleModule("mla4j settings")
        .addSerializer(Duration.class, new DurationText.Writer())
        .addDeserializer(Duration.class, new DurationText.Reader())
        .addSerializer(Path.class, new PathText.Writer())
        .addDeserializer(Path.class, new PathText.Reader());
  }
}
