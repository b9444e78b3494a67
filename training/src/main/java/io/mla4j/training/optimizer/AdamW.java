package io.mla4j.training.optimizer;

import io.mla4j.nn.Module;
import io.mla4j.nn.Parameter;
import io.mla4j.tensor.AdamWStep;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.AdamWUpdate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW over a model's parameters that are not frozen; matrices are decayed, vectors are not.
 * Moments are float32, or float64 for such parameters: bfloat16 would lose most of what a step adds
 * to them.
 */
public final class AdamW implements Optimizer {

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
    Map<String, Parameter> trained = model.trainedParameters();
    this.parameters = trained.values().stream().map(Parameter::value).toList();
    Map<String, Parameter> matrices = new LinkedHashMap<>();
    Map<String, Parameter> vectors = new LinkedHashMap<>();
    trained.forEach((name, p) -> (p.shape().rank() > 1 ? matrices : vectors).put(name, p));
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
    Tensor zeros = value.engine().zeros(momentType(value), value.shape().toArray());
    state.put(name, TensorScope.release(zeros));
    return zeros;
  }

  private static DType momentType(Tensor parameter) {
    return parameter.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
  }

  @Override
  public void step() {
    steps++;
    for (Group group : groups) {
      if (!group.parameters().isEmpty()) {
        Moments moments = group.moments();
        engine()
            .run(
                new AdamWUpdate(
                    group.parameters(), moments.first(), moments.second(), next(group)));
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

  @Override
  public List<Tensor> parameters() {
    return parameters;
  }

  @Override
  public AdamWSettings settings() {
    return settings;
  }

  @Override
  public double peakLearningRate() {
    return settings.learningRate();
  }

  @Override
  public double learningRate() {
    return learningRate;
  }

  @Override
  public void learningRate(double rate) {
    learningRate = rate;
  }

  /** The moments by the parameter's name. */
  @Override
  public Map<String, Tensor> state() {
    return Map.copyOf(state);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public void resumeAt(long stepsMade) {
    steps = stepsMade;
  }

  @Override
  public void close() {
    state.values().forEach(Tensor::close);
  }
}
