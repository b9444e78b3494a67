package io.mla4j.training.optimizer;

import io.mla4j.nn.Module;
import io.mla4j.nn.Parameter;
import io.mla4j.tensor.AdamWStep;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW over those of a model's parameters that are trained; matrices are decayed, vectors are not. Moments are float32, or
 * float64 for such parameters: bfloat16 would lose most of what a step adds to them.
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
    this.parameters =
        model.trainedParameters().values().stream().map(Parameter::value).toList();
    Map<String, Parameter> matrices = new LinkedHashMap<>();
    Map<String, Parameter> vectors = new LinkedHashMap<>();
    model
        .trainedParameters()
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
      AdamWStep step = next(group);
      if (!group.parameters().isEmpty() && !isNarrow(group.parameters().get(0))) {
        engine().adamW(group.parameters(), group.moments().first(), group.moments().second(), step);
      } else {
        stepInFloat32(group, step);
      }
    }
    clearGradients();
  }

  private static boolean isNarrow(Tensor parameter) {
    return parameter.dtype() != momentType(parameter);
  }

  /** The engine's step takes tensors of one type; narrow parameters are widened for it. */
  private void stepInFloat32(Group group, AdamWStep step) {
    for (int i = 0; i < group.parameters().size(); i++) {
      Tensor parameter = group.parameters().get(i);
      Tensor first = group.moments().first().get(i);
      Tensor second = group.moments().second().get(i);
      parameter
          .grad()
          .ifPresent(gradient -> stepInFloat32(parameter, gradient, first, second, step));
    }
  }

  /** The definition of {@link Engine#adamW}, in the moments' type. */
  private void stepInFloat32(
      Tensor parameter, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine().noGrad()) {
      Tensor g = gradient.cast(first.dtype());
      double correction1 = 1 - Math.pow(step.beta1(), step.step());
      double correction2 = 1 - Math.pow(step.beta2(), step.step());
      first.copyInPlace(first.mul(step.beta1()).add(g.mul(1 - step.beta1())));
      second.copyInPlace(second.mul(step.beta2()).add(g.square().mul(1 - step.beta2())));
      Tensor root = second.mul(1 / correction2).sqrt().add(step.epsilon());
      Tensor change = first.mul(step.learningRate() / correction1).div(root);
      Tensor wide = parameter.detach().cast(first.dtype());
      Tensor decayed = wide.mul(1 - step.learningRate() * step.weightDecay());
      parameter.copyInPlace(decayed.sub(change).cast(parameter.dtype()));
    }
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
