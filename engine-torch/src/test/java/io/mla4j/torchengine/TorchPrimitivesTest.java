package io.mla4j.torchengine;

import io.mla4j.tensor.Engines;
import io.mla4j.tensor.PrimitivesSuite;

class TorchPrimitivesTest extends PrimitivesSuite {
  TorchPrimitivesTest() {
    super(Engines.start("torch"));
  }
}
