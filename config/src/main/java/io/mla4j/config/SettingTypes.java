package io.mla4j.config;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/** What the types of records say about their settings. */
final class SettingTypes {

  private SettingTypes() {}

  /**
   * The members of a closed family.
   *
   * @param property the setting that chooses one, as {@code type}
   * @param members by the name that chooses each
   */
  record Family(String property, Map<String, JavaType> members) {

    Set<String> names() {
      return members.keySet();
    }

    JavaType member(String name) {
      return Objects.requireNonNull(members.get(name));
    }

    /** The member of that name in any case; the only one where no name is given. */
    Optional<String> find(String name) {
      if (name.isEmpty() && members.size() == 1) {
        return members.keySet().stream().findFirst();
      }
      return members.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
    }
  }

  static boolean isRecord(JavaType type) {
    return type.getRawClass().isRecord();
  }

  /**
   * A record's settings by name. Those of a component marked {@code @JsonUnwrapped} stand among the
   * record's own, without a name around them.
   */
  static Map<String, JavaType> settings(JavaType record) {
    ClassIntrospector introspector = introspector();
    AnnotatedClass annotations = introspector.introspectClassAnnotations(record);
    Map<String, JavaType> settings = new LinkedHashMap<>();
    for (BeanPropertyDefinition property :
        introspector.introspectForDeserialization(record, annotations).findProperties()) {
      if (!property.couldDeserialize()) {
        continue;
      }
      if (isUnwrapped(property)) {
        settings.putAll(settings(property.getPrimaryType()));
      } else {
        settings.put(property.getName(), property.getPrimaryType());
      }
    }
    return settings;
  }

  private static boolean isUnwrapped(BeanPropertyDefinition property) {
    return config()
            .getAnnotationIntrospector()
            .findUnwrappingNameTransformer(config(), property.getPrimaryMember())
        != null;
  }

  static Optional<Family> family(JavaType type) {
    AnnotatedClass annotations = introspector().introspectClassAnnotations(type);
    JsonTypeInfo.Value info =
        config().getAnnotationIntrospector().findPolymorphicTypeInfo(config(), annotations);
    return info == null
        ? Optional.empty()
        : Optional.of(new Family(property(info), members(annotations)));
  }

  private static String property(JsonTypeInfo.Value info) {
    String property = info.getPropertyName();
    return property == null ? info.getIdType().getDefaultPropertyName() : property;
  }

  private static Map<String, JavaType> members(AnnotatedClass family) {
    Map<String, JavaType> members = new LinkedHashMap<>();
    for (NamedType member :
        config().getSubtypeResolver().collectAndResolveSubtypesByTypeId(config(), family)) {
      if (member.hasName() && isConcrete(member.getType())) {
        members.put(member.getName(), config().constructType(member.getType()));
      }
    }
    return members;
  }

  private static boolean isConcrete(Class<?> type) {
    return !Modifier.isAbstract(type.getModifiers());
  }

  /** The tree of what the record's {@code static defaults()} returns, if it has that method. */
  static Optional<JsonNode> defaults(JavaType record) {
    try {
      Method factory = record.getRawClass().getDeclaredMethod("defaults");
      if (!Modifier.isStatic(factory.getModifiers())) {
        return Optional.empty();
      }
      factory.setAccessible(true);
      return Optional.ofNullable(factory.invoke(null)).map(value -> tree(record, value));
    } catch (NoSuchMethodException none) {
      return Optional.empty();
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException("Could not call defaults() of " + record + ".", failure);
    }
  }

  static JsonNode tree(JavaType type, Object value) {
    return Formats.TREE.writerFor(type).valueToTree(value);
  }

  private static ClassIntrospector introspector() {
    return config().classIntrospectorInstance();
  }

  private static DeserializationConfig config() {
    return Formats.TREE.deserializationConfig();
  }
}
