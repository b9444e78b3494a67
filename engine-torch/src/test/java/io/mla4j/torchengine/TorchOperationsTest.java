package io.mla4j.torchengine;

import io.mla4j.tensor.Engines;
import io.mla4j.tensor.OperationsSuite;

class TorchOperationsTest extends OperationsSuite {
  TorchOperationsTest() {
    super(Engines.start("torch"));
  }
}
