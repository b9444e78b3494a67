package io.mla4j.nn;

import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a model: its own parameters, buffers and child modules, each under the name its tensors
 * have in a checkpoint, where names of different depth are joined by dots.
 */
public abstract class Module implements AutoCloseable {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training;

  /** Adds a parameter; for constructors. */
  protected final Parameter parameter(String name, Tensor initial) {
    return add(name, Parameter.of(initial));
  }

  /** Adds a tensor that is kept with the parameters but not trained; for constructors. */
  protected final Parameter buffer(String name, Tensor initial) {
    return add(name, Parameter.buffer(initial));
  }

  private Parameter add(String name, Parameter parameter) {
    parameters.put(name, parameter);
    return parameter;
  }

  /** Replaces this module's own parameters; who calls closes those that are left out. */
  final void setParameters(Map<String, Parameter> others) {
    parameters.clear();
    parameters.putAll(others);
  }

  /** Adds a child; for constructors. */
  protected final <M extends Module> M child(String name, M module) {
    children.put(name, module);
    return module;
  }

  /** Adds children under one name and a number each, from 0; for constructors. */
  protected final <M extends Module> List<M> children(String name, List<M> modules) {
    for (int i = 0; i < modules.size(); i++) {
      child(name + "." + i, modules.get(i));
    }
    return List.copyOf(modules);
  }

  /** Every module below this one by its dotted name, in the order of construction. */
  public final Map<String, Module> namedModules() {
    Map<String, Module> named = new LinkedHashMap<>();
    children.forEach(
        (name, child) -> {
          named.put(name, child);
          child.namedModules().forEach((inner, m) -> named.put(name + "." + inner, m));
        });
    return named;
  }

  /**
   * Every parameter and buffer of this module and below, by its dotted name, in the order of
   * construction: what a checkpoint holds.
   */
  public final Map<String, Parameter> namedParameters() {
    Map<String, Parameter> named = new LinkedHashMap<>(parameters);
    children.forEach(
        (name, child) ->
            child.namedParameters().forEach((inner, p) -> named.put(name + "." + inner, p)));
    return named;
  }

  /** Those of {@link #namedParameters()} that an optimizer moves. */
  public final Map<String, Parameter> trainedParameters() {
    Map<String, Parameter> trained = new LinkedHashMap<>(namedParameters());
    trained.values().removeIf(parameter -> !parameter.isTrained());
    return trained;
  }

  /** The tensors of every parameter and buffer, in the order of {@link #namedParameters()}. */
  public final List<Tensor> parameters() {
    List<Tensor> tensors = new ArrayList<>();
    namedParameters().values().forEach(parameter -> tensors.add(parameter.value()));
    return tensors;
  }

  /** The number of values of all parameters, without buffers. */
  public final long parameterCount() {
    return namedParameters().values().stream()
        .filter(parameter -> !parameter.isBuffer())
        .mapToLong(parameter -> parameter.shape().size())
        .sum();
  }

  /** Takes every parameter here and below out of training, or puts it back. */
  public final void freeze(boolean frozen) {
    namedParameters().values().forEach(parameter -> parameter.freeze(frozen));
  }

  /** Switches dropout on or off here and below. */
  public final void train(boolean on) {
    training = on;
    children.values().forEach(child -> child.train(on));
  }

  public final boolean isTraining() {
    return training;
  }

  /** Tells every part that the optimizer has made a step; training calls it. */
  public final void stepped() {
    afterStep();
    children.values().forEach(Module::stepped);
  }

  /** What this part does after each step of the optimizer, such as moving a router's bias. */
  protected void afterStep() {}

  /** Frees every parameter. */
  @Override
  public void close() {
    namedParameters().values().forEach(Parameter::close);
  }
}
