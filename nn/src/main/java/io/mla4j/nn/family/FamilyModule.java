package io.mla4j.nn.family;

import java.util.ServiceLoader;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

/** Teaches Jackson the names of all members on the class path; Jackson finds it by itself. */
public final class FamilyModule extends SimpleModule {

  private static final long serialVersionUID = 1;

  public FamilyModule() {
    super("mla4j families");
    for (FamilyMembers members : ServiceLoader.load(FamilyMembers.class)) {
      members.configs().forEach((name, config) -> registerSubtypes(new NamedType(config, name)));
    }
  }
}
