package io.mla4j.torchengine;

import io.mla4j.tensor.Device;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One engine's random numbers. libtorch's own generator belongs to the process, so that engines
 * would disturb each other; this is a copy of it, started from the same seed by {@link #seed}.
 */
final class TorchRandom implements AutoCloseable {

  private final Generator generator;
  private final GeneratorOptional given;

  TorchRandom(Device device) {
    try (org.bytedeco.pytorch.Device place = new org.bytedeco.pytorch.Device(device.toString())) {
      this.generator = torch.globalContext().defaultGenerator(place).clone();
    }
    this.given = new GeneratorOptional(generator);
  }

  /** Fills a tensor in place. */
  void uniform(Tensor tensor, double low, double high) {
    tensor.uniform_(low, high, given);
  }

  /** Fills a tensor in place. */
  void normal(Tensor tensor, double mean, double deviation) {
    tensor.normal_(mean, deviation, given);
  }

  /** As libtorch's own dropout, which takes no generator, does it. */
  Tensor dropout(Tensor x, double probability) {
    if (probability == 1) {
      try (Scalar zero = new Scalar(0.0)) {
        return x.mul(zero);
      }
    }
    double kept = 1 - probability;
    try (Tensor noise = torch.empty_like(x);
        Scalar scale = new Scalar(kept)) {
      noise.bernoulli_(kept, given);
      noise.div_(scale);
      return x.mul(noise);
    }
  }

  void seed(long seed) {
    generator.set_current_seed(seed);
  }

  @Override
  public void close() {
    given.close();
    generator.close();
  }
}
