package io.mla4j.training.optimizer;

import io.mla4j.nn.Module;
import io.mla4j.nn.Parameter;
import io.mla4j.tensor.AdamWStep;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** AdamW over a model's parameters; matrices are decayed, vectors are not. */
public final class AdamW implements AutoCloseable {

  /** Parameters that share a decay, with their moments. */
  private record Group(double weightDecay, List<Tensor> parameters, Moments moments) {}

  private record Moments(List<Tensor> first, List<Tensor> second) {}

  private final AdamWSettings settings;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final List<Group> groups;
  private final List<Tensor> parameters;
  private double learningRate;
  private long steps;

  public AdamW(Module model, double learningRate) {
    this(model, AdamWSettings.of(learningRate));
  }

  public AdamW(Module model, AdamWSettings settings) {
    this.settings = settings;
    this.learningRate = settings.learningRate();
    this.parameters = model.parameters();
    Map<String, Parameter> matrices = new LinkedHashMap<>();
    Map<String, Parameter> vectors = new LinkedHashMap<>();
    model
        .namedParameters()
        .forEach((name, p) -> (p.shape().rank() > 1 ? matrices : vectors).put(name, p));
    this.groups = List.of(group(matrices, settings.weightDecay()), group(vectors, 0));
  }

  private Group group(Map<String, Parameter> members, double weightDecay) {
    Moments moments = new Moments(new ArrayList<>(), new ArrayList<>());
    List<Tensor> values = new ArrayList<>();
    members.forEach(
        (name, parameter) -> {
          values.add(parameter.value());
          moments.first().add(moment(name + ".first_moment", parameter));
          moments.second().add(moment(name + ".second_moment", parameter));
        });
    return new Group(weightDecay, values, moments);
  }

  private Tensor moment(String name, Parameter parameter) {
    Tensor value = parameter.value();
    Tensor zeros = value.engine().zeros(value.dtype(), value.shape().toArray());
    state.put(name, TensorScope.release(zeros));
    return zeros;
  }

  /** Moves every parameter that has a gradient and forgets the gradients. */
  public void step() {
    steps++;
    for (Group group : groups) {
      if (!group.parameters().isEmpty()) {
        engine()
            .adamW(
                group.parameters(), group.moments().first(), group.moments().second(), next(group));
      }
    }
    clearGradients();
  }

  private AdamWStep next(Group group) {
    return new AdamWStep(
        learningRate,
        settings.beta1(),
        settings.beta2(),
        settings.epsilon(),
        group.weightDecay(),
        steps);
  }

  /** Forgets the gradients of every parameter. */
  public void clearGradients() {
    parameters.forEach(Tensor::clearGrad);
  }

  /** The parameters it moves. */
  public List<Tensor> parameters() {
    return parameters;
  }

  /** The engine the parameters are on. */
  public Engine engine() {
    return parameters.get(0).engine();
  }

  public AdamWSettings settings() {
    return settings;
  }

  public double learningRate() {
    return learningRate;
  }

  /** The rate of the steps that follow; a schedule calls this. */
  public void learningRate(double rate) {
    learningRate = rate;
  }

  /** The moments by the parameter's name, for checkpoints. */
  public Map<String, Tensor> state() {
    return Map.copyOf(state);
  }

  /** How many steps were made; a checkpoint needs it beside the moments. */
  public long steps() {
    return steps;
  }

  /** Sets how many steps were made, after the moments were read from a checkpoint. */
  public void resumeAt(long stepsMade) {
    steps = stepsMade;
  }

  @Override
  public void close() {
    state.values().forEach(Tensor::close);
  }
}
