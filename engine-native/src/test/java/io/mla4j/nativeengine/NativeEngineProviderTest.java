package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.EngineProvider;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import org.junit.jupiter.api.Test;

class NativeEngineProviderTest extends EngineTestCase {

  @Test
  void isFoundByName() {
    EngineProvider provider =
        Engines.all().stream().filter(p -> p.name().equals("native")).findFirst().orElseThrow();
    assertFalse(provider.trains());
    assertTrue(provider.missing().isEmpty());
    String details = String.join(" ", provider.details());
    assertTrue(details.contains("Vector API with"), details);
    assertTrue(details.contains("jdk.incubator.vector"), details);
    Engine engine = Engines.start("native");
    assertEquals("native", engine.name());
    assertEquals(Device.CPU, engine.device());
  }

  @Test
  void otherDevicesAreRefused() {
    EngineOptions options = new EngineOptions(Device.cuda(0), 1);
    assertRefused("cpu only, not on cuda:0", () -> new NativeEngineProvider().start(options));
  }

  @Test
  void trainingIsRefused() {
    Tensor x = ENGINE.zeros(DType.FLOAT32, 2);
    String sentence = "The native engine runs inference only; train with the torch engine.";
    assertRefused(sentence, () -> x.requiresGrad(true));
    assertRefused(sentence, x::backward);
    assertRefused(sentence, x::grad);
    assertRefused(sentence, x::clearGrad);
    assertRefused(sentence, () -> ENGINE.dropout(x, 0.1));
    assertSame(x, x.requiresGrad(false));
    assertFalse(x.requiresGrad());
    assertSame(x, ENGINE.dropout(x, 0));
    ENGINE.seed(1);
    try (Engine.Guard guard = ENGINE.noGrad()) {
      assertElements(x.detach(), 0, 0);
      assertNotNull(guard);
    }
  }

  @Test
  void tensorsOfOtherEnginesAreRefused() {
    Tensor x = ENGINE.zeros(DType.FLOAT32, 2);
    Tensor foreign =
        (Tensor)
            java.lang.reflect.Proxy.newProxyInstance(
                Tensor.class.getClassLoader(),
                new Class<?>[] {Tensor.class},
                (proxy, method, arguments) ->
                    method.getName().equals("engine") ? new DefaultBodies(ENGINE) : null);
    assertRefused("given to the native engine", () -> x.add(foreign));
  }
}
