package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.Optional;

/** An engine that can only hold bytes: what this package asks of one. */
final class EngineDouble {

  private EngineDouble() {}

  static Engine engine() {
    return (Engine)
        Proxy.newProxyInstance(
            EngineDouble.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("name")) {
                return "double";
              }
              if (method.getName().equals("library")) {
                return Optional.of("libdouble 1.2.3");
              }
              if (!method.getName().equals("ofBytes")) {
                throw new UnsupportedOperationException(method.getName());
              }
              byte[] copy = ((MemorySegment) arguments[0]).toArray(ValueLayout.JAVA_BYTE);
              return tensor(copy, (DType) arguments[1], Shape.of((long[]) arguments[2]));
            });
  }

  static Tensor tensor(byte[] bytes, DType dtype, Shape shape) {
    return (Tensor)
        Proxy.newProxyInstance(
            EngineDouble.class.getClassLoader(),
            new Class<?>[] {Tensor.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "shape" -> shape;
                  case "dtype" -> dtype;
                  case "copyTo" ->
                      ((MemorySegment) arguments[0]).copyFrom(MemorySegment.ofArray(bytes)) == null
                          ? "unreachable"
                          : null;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
