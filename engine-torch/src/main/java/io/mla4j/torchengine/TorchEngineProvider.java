package io.mla4j.torchengine;

import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.EngineProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Starts the torch engine. */
public final class TorchEngineProvider implements EngineProvider {

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public String description() {
    return "libtorch: trains, on the CPU or CUDA";
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public Optional<String> missing() {
    return TorchNatives.load()
        .failure()
        .map(reason -> "libtorch did not load on this platform: " + reason);
  }

  @Override
  public List<String> details() {
    List<String> lines = new ArrayList<>();
    if (missing().isPresent()) {
      return lines;
    }
    lines.add(library() + ", " + torch.get_num_threads() + " threads");
    lines.add(
        TorchNatives.load().mkl()
            ? "matrix products on MKL"
            : "matrix products on OpenBLAS; with org.bytedeco:mkl on the class path they are faster");
    lines.add(
        torch.cuda_is_available()
            ? "CUDA is available: use device cuda"
            : "no CUDA; to use a GPU, put org.bytedeco:pytorch with the classifier linux-x86_64-gpu"
                + " on the class path");
    return lines;
  }

  /** The version of the bindings starts with libtorch's own. */
  static String library() {
    try {
      String bindings = Loader.getVersion("org.bytedeco", "pytorch");
      return "libtorch " + (bindings == null ? "of unknown version" : bindings);
    } catch (IOException unreadable) {
      return "libtorch of unknown version";
    }
  }

  @Override
  public Engine start(EngineOptions options) {
    missing()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    if (options.device().kind() == Device.Kind.CUDA && !torch.cuda_is_available()) {
      throw new IllegalStateException(
          "The device " + options.device() + " cannot be used: this libtorch finds no CUDA.");
    }
    return new TorchEngine(options.device(), options.threads());
  }
}
