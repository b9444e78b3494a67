package io.mla4j.nn.transformer;

import io.mla4j.nn.Module;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.LayerCaches;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** Layers, one on the other. Its children are named by their numbers. */
public final class TransformerStack extends Module {

  /** Looks at what each layer gives, and may stop there. */
  public interface Exit {

    /** Goes through all layers. */
    Exit NEVER = (layer, x) -> false;

    /**
     * Whether no further layer runs.
     *
     * @param layer which one has just run, from 0
     * @param x what it gave
     */
    boolean after(int layer, Tensor x);
  }

  private final List<TransformerLayer> layers;

  public TransformerStack(List<TransformerLayer> layers) {
    for (int i = 0; i < layers.size(); i++) {
      child(Integer.toString(i), layers.get(i));
    }
    this.layers = List.copyOf(layers);
  }

  public List<TransformerLayer> layers() {
    return layers;
  }

  /**
   * Applies all layers.
   *
   * @param x [B, T, E]
   * @return the same shape
   */
  public Tensor forward(Tensor x, ForwardPass pass) {
    return forward(x, pass, Exit.NEVER);
  }

  /** Applies layers until one is the exit; layers behind it have nothing added to their caches. */
  public Tensor forward(Tensor x, ForwardPass pass, Exit exit) {
    return forward(x, pass, 0, exit);
  }

  /**
   * Goes on from a layer that was not run yet.
   *
   * @param first that runs, from 0
   */
  public Tensor forward(Tensor x, ForwardPass pass, int first, Exit exit) {
    Tensor streams = x;
    for (int i = first; i < layers.size(); i++) {
      streams = run(i, streams, pass);
      if (exit.after(i, streams)) {
        break;
      }
    }
    return streams;
  }

  /** Frees what a layer made for itself at once, unless a backward pass may follow. */
  private Tensor run(int index, Tensor streams, ForwardPass pass) {
    TransformerLayer layer = layers.get(index);
    return isTraining()
        ? layer.forward(streams, pass.layer(index))
        : TensorScope.call(() -> layer.forward(streams, pass.layer(index)));
  }

  /** Empty caches of the kinds that the layers keep. */
  public LayerCaches newCaches() {
    List<AttentionCache> caches = new ArrayList<>();
    layers.forEach(layer -> caches.add(layer.attention().newCache()));
    return new LayerCaches(caches);
  }
}
