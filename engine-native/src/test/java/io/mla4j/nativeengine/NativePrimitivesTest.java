package io.mla4j.nativeengine;

import io.mla4j.tensor.PrimitivesSuite;

class NativePrimitivesTest extends PrimitivesSuite {
  NativePrimitivesTest() {
    super(EngineTestCase.ENGINE);
  }
}
