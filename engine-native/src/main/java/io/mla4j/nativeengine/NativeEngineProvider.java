package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.EngineProvider;
import java.util.List;
import java.util.Optional;

/** Starts the native engine, which runs anywhere a JVM does. */
public final class NativeEngineProvider implements EngineProvider {

  static final String NAME = "native";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Inference on kernels of our own, a few megabytes and no libtorch.";
  }

  @Override
  public boolean trains() {
    return false;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public List<String> details() {
    KernelChoice choice = KernelChoice.detect();
    return List.of("Kernels: " + choice.description() + ".", choice.reason());
  }

  /**
   * @throws IllegalArgumentException if the device is not the CPU
   */
  @Override
  public Engine start(EngineOptions options) {
    if (options.device().kind() != Device.Kind.CPU) {
      throw new IllegalArgumentException(
          "The native engine runs on the cpu only, not on "
              + options.device()
              + "; use the torch engine there.");
    }
    return new NativeEngine(Kernels.start(options.threads()));
  }
}
