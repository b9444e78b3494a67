package io.mla4j.torchengine;

import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Operation;
import org.bytedeco.pytorch.OperatorVector;
import org.bytedeco.pytorch.Symbol;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;

/** An operator of libtorch called by its name, as the binding has no method for it. */
final class TorchOperator {

  private final Operation operation;

  private TorchOperator(Operation operation) {
    this.operation = operation;
  }

  /**
   * Finds one.
   *
   * @param name with its namespace, as {@code aten::_foreach_norm}
   * @param overload empty for the plain one
   */
  static TorchOperator named(String name, String overload) {
    OperatorVector all = torch.getAllOperatorsFor(Symbol.fromQualString(name));
    for (long i = 0; i < all.size(); i++) {
      if (text(all.get(i).schema().overload_name()).equals(overload)) {
        return new TorchOperator(all.get(i).getOperation());
      }
    }
    throw new IllegalStateException("This libtorch has no operator " + name + "." + overload + ".");
  }

  /** An empty text comes as no pointer. */
  private static String text(BytePointer pointer) {
    return pointer == null ? "" : pointer.getString();
  }

  /** A list of tensors as an argument. */
  static IValue tensors(List<Tensor> tensors) {
    try (TensorList typed = new TensorList();
        Type.TypePtr type = typed.elementType();
        GenericList list = new GenericList(type)) {
      for (Tensor tensor : tensors) {
        try (IValue element = new IValue(tensor)) {
          list.push_back(element);
        }
      }
      return new IValue(list);
    }
  }

  /** Calls the operator, reads its results, and closes the arguments. */
  <R> R call(Function<IValueVector, R> results, IValue... arguments) {
    try (IValueVector stack = new IValueVector(arguments)) {
      operation.apply(stack);
      return results.apply(stack);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }
}
