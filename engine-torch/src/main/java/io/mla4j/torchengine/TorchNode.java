package io.mla4j.torchengine;

import io.mla4j.tensor.Differentiable;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Edge;
import org.bytedeco.pytorch.FunctionPostHook;
import org.bytedeco.pytorch.FunctionPreHook;
import org.bytedeco.pytorch.Node;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * An operation with a backward of its own as one node of libtorch's graph. libtorch's own way,
 * {@code torch::autograd::Function}, is not in the binding. Instead the node of a {@code cat} of
 * empty tensors, one an input, gets the inputs as its edges, and an {@code index_add_} of nothing
 * ties it to the output. A hook on the output keeps the output's gradient, a pre hook of the node
 * makes it compute nothing, and a post hook gives the gradients of the inputs.
 */
final class TorchNode implements TorchGraph.Held {

  private final TorchEngine engine;
  private final Differentiable operation;
  private final List<Input> inputs = new ArrayList<>();
  private final List<Saved> saved = new ArrayList<>();

  /** No indices; libtorch's graph refers to it for as long as it needs this node. */
  private final Tensor witness = torch.zeros(new long[] {0}, new TensorOptions(ScalarType.Long));

  private @Nullable Tensor gradient;

  /** What the gradient of an input must be like. */
  private record Input(io.mla4j.tensor.Shape shape, io.mla4j.tensor.DType dtype, boolean needed) {}

  /** A tensor kept for the backward pass, and its version then. */
  private record Saved(Tensor handle, long version) {}

  // Held here because JavaCPP does not.
  private final OutputHook outputHook = new OutputHook();
  private final SkipHook skipHook = new SkipHook();
  private final GradientHook gradientHook = new GradientHook();

  private TorchNode(TorchEngine engine, Differentiable operation) {
    this.engine = engine;
    this.operation = operation;
  }

  /** Runs the operation's forward pass outside the graph and adds its node. */
  static io.mla4j.tensor.Tensor record(TorchEngine engine, Differentiable operation) {
    TorchNode node = new TorchNode(engine, operation);
    Tensor output = node.forward();
    try {
      io.mla4j.tensor.Tensor tied = node.tie(output);
      engine.graph().hold(node);
      return tied;
    } catch (RuntimeException | Error failure) {
      output.close();
      node.release();
      throw failure;
    }
  }

  /** The output as a tensor of its own that shares no memory with an input. */
  private Tensor forward() {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad()) {
      Differentiable.Forward forward = operation.forward(engine);
      for (io.mla4j.tensor.Tensor tensor : forward.saved()) {
        Tensor kept = TorchTensor.handle(tensor).detach();
        saved.add(new Saved(kept, kept._version()));
      }
      Tensor output = TorchTensor.handle(forward.output());
      return sharesMemory(output) ? output.detach().clone() : output.detach();
    }
  }

  private boolean sharesMemory(Tensor output) {
    return operation.inputs().stream().anyMatch(x -> output.is_alias_of(TorchTensor.handle(x)));
  }

  private io.mla4j.tensor.Tensor tie(Tensor output) {
    long[] sizes = output.sizes().vec().get();
    if (sizes.length > 0) {
      tie(output, sizes);
      return new TorchTensor(engine, output);
    }
    try (Tensor line = output.view(1)) { // a scalar has no dimension to add nothing along
      tie(line, new long[] {1});
      Tensor scalar = line.view(new long[0]);
      output.close();
      return new TorchTensor(engine, scalar);
    }
  }

  private void tie(Tensor output, long[] sizes) {
    long[] none = sizes.clone();
    none[0] = 0;
    List<io.mla4j.tensor.Tensor> of = operation.inputs();
    Tensor[] empty = new Tensor[of.size()];
    for (int i = 0; i < empty.length; i++) {
      empty[i] = torch.zeros(none, output.options()).requires_grad_(true);
    }
    try (TensorVector parts = new TensorVector(empty);
        Tensor joined = torch.cat(parts, 0);
        Node node = joined.grad_fn()) {
      for (int i = 0; i < empty.length; i++) {
        lead(node, i, of.get(i));
      }
      output.index_add_(0, witness, joined);
      node.add_pre_hook(skipHook);
      node.add_post_hook(gradientHook);
    } finally {
      for (Tensor part : empty) {
        part.close();
      }
    }
    output.register_hook(outputHook);
  }

  /** Makes an input the target of one of the node's edges. */
  private void lead(Node node, int edge, io.mla4j.tensor.Tensor input) {
    boolean needed = input.requiresGrad();
    inputs.add(new Input(input.shape(), input.dtype(), needed));
    if (!needed) {
      try (Edge nowhere = new Edge()) {
        node.set_next_edge(edge, nowhere);
      }
      return;
    }
    // An alias has a node to lead to, which a leaf has not.
    try (Tensor alias = TorchTensor.handle(input).alias();
        Node target = alias.grad_fn();
        Edge there = new Edge(target, 0)) {
      node.set_next_edge(edge, there);
    }
  }

  /** The graph that was freed no longer refers to the witness. */
  @Override
  public boolean isAlive() {
    return witness.use_count() > 1;
  }

  @Override
  public void release() {
    saved.forEach(kept -> kept.handle().close());
    saved.clear();
    if (gradient != null) {
      gradient.close();
      gradient = null;
    }
    witness.close();
  }

  private final class OutputHook extends VoidTensorHook {
    @Override
    public void call(TensorBase incoming) {
      gradient = new Tensor(incoming);
    }
  }

  private final class SkipHook extends FunctionPreHook {
    @Override
    public TensorVector apply(TensorVector incoming) {
      return engine.graph().inHook(() -> nothing(1));
    }
  }

  private final class GradientHook extends FunctionPostHook {
    @Override
    public TensorVector apply(TensorVector computed, TensorVector incoming) {
      return engine.graph().inHook(TorchNode.this::gradients);
    }
  }

  private static TensorVector nothing(int count) {
    Tensor[] undefined = new Tensor[count];
    for (int i = 0; i < count; i++) {
      undefined[i] = new Tensor();
    }
    return new TensorVector(undefined);
  }

  private TensorVector gradients() {
    Tensor given = gradient;
    if (given == null || !given.defined()) {
      engine.graph().drop(this);
      return nothing(inputs.size());
    }
    try (TensorScope scope = TensorScope.open()) {
      List<Boolean> needed = inputs.stream().map(Input::needed).toList();
      List<io.mla4j.tensor.Tensor> kept = unchanged();
      gradient = null; // the scope closes it now
      List<Optional<io.mla4j.tensor.Tensor>> gradients =
          operation.backward(engine, new TorchTensor(engine, given), kept, needed);
      return checked(gradients);
    } finally {
      engine.graph().drop(this);
    }
  }

  private List<io.mla4j.tensor.Tensor> unchanged() {
    for (Saved kept : saved) {
      if (kept.handle()._version() != kept.version()) {
        throw new IllegalStateException(
            "A tensor that %s saved for its backward was changed in place before it ran."
                .formatted(name()));
      }
    }
    List<io.mla4j.tensor.Tensor> tensors = new ArrayList<>();
    for (Saved kept : saved) {
      tensors.add(new TorchTensor(engine, kept.handle()));
    }
    saved.clear(); // the scope closes them now
    return tensors;
  }

  private TensorVector checked(List<Optional<io.mla4j.tensor.Tensor>> gradients) {
    if (gradients.size() != inputs.size()) {
      throw new IllegalStateException(
          "The backward of %s gave %d gradients for %d inputs."
              .formatted(name(), gradients.size(), inputs.size()));
    }
    Tensor[] handles = new Tensor[inputs.size()];
    for (int i = 0; i < handles.length; i++) {
      Optional<io.mla4j.tensor.Tensor> given = gradients.get(i);
      boolean used = inputs.get(i).needed() && given.isPresent();
      handles[i] = used ? checked(i, given.orElseThrow()) : new Tensor();
    }
    return new TensorVector(handles);
  }

  /** libtorch would take a gradient of another type without a word. */
  private Tensor checked(int index, io.mla4j.tensor.Tensor given) {
    Input input = inputs.get(index);
    if (!given.shape().equals(input.shape()) || given.dtype() != input.dtype()) {
      throw new IllegalStateException(
          "The backward of %s gave %s %s as the gradient of input %d, which is %s %s."
              .formatted(
                  name(), given.dtype(), given.shape(), index, input.dtype(), input.shape()));
    }
    return TorchTensor.handle(given);
  }

  private String name() {
    return operation.getClass().getSimpleName();
  }
}
