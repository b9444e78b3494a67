package io.mla4j.nn.family;

import java.util.Map;
import java.util.ServiceLoader;

/**
 * Names the configurations of members of a family (attention, feed-forward networks, norms), so
 * that files can choose them. Those of libraries beside this one are found by {@link
 * java.util.ServiceLoader}.
 */
public interface FamilyMembers {

  /** Configurations by the name that files call them, such as {@code mla}. */
  Map<String, Class<?>> configs();

  /** What files call the member that a configuration is of; its class's name if no one says. */
  static String nameOf(Object config) {
    for (FamilyMembers members : ServiceLoader.load(FamilyMembers.class)) {
      for (Map.Entry<String, Class<?>> member : members.configs().entrySet()) {
        if (member.getValue() == config.getClass()) {
          return member.getKey();
        }
      }
    }
    return config.getClass().getSimpleName();
  }
}
