package io.mla4j.nativeengine;

import io.mla4j.tensor.OperationsSuite;

class NativeOperationsTest extends OperationsSuite {
  NativeOperationsTest() {
    super(EngineTestCase.ENGINE);
  }
}
