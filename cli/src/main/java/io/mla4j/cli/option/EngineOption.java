package io.mla4j.cli.option;

import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --engine}, {@code --threads} and {@code --device}. */
public final class EngineOption {

  @Option(
      names = {"-e", "--engine"},
      paramLabel = "NAME",
      description =
          "torch or native. Without it predict takes native, which starts at once, and evaluate and"
              + " train take torch, which is faster over many texts; where the first choice is not"
              + " there, the other.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads one operation may use; all this process has if left out.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      description = "cpu (the default), cuda or cuda:N; cuda needs the torch engine.")
  private Optional<Device> device = Optional.empty();

  /** Starts the engine the user named, or else the best for the purpose that can start here. */
  public Engine start(EngineChoice.Purpose purpose) {
    return choice().start(purpose);
  }

  /** Starts an engine by its name, with the user's threads and device. */
  public Engine start(String engine) {
    return choice().start(engine);
  }

  /** Threads one operation may use. */
  public int threads() {
    return choice().options().threads();
  }

  private EngineChoice choice() {
    return new EngineChoice(name, threads, device.orElse(Device.CPU).toString());
  }

  /** What the user chose, as overrides of the setting {@code engine} of a recipe. */
  public List<String> overrides() {
    List<String> overrides = new ArrayList<>();
    name.ifPresent(given -> overrides.add("engine.name=" + given));
    threads.ifPresent(given -> overrides.add("engine.threads=" + given));
    device.ifPresent(given -> overrides.add("engine.device=" + given));
    return overrides;
  }
}
