package io.mla4j.training.language;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.corpus.TokenBatch;
import io.mla4j.data.corpus.TokenSource;
import io.mla4j.nn.Module;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.NextToken;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.CrossEntropy;
import io.mla4j.training.objective.Loss;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.objective.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Foretelling the next token: the cross-entropy of the token that follows, over as many as are
 * foretold. What layers add, such as a router's loss for balanced loads, is an auxiliary loss.
 * Scores are computed of those tokens alone whose next one is foretold.
 *
 * @param <M> a model whose vocabulary is that of the batches
 */
public final class LanguageModeling<M extends Module & NextToken> implements Objective<TokenBatch> {

  /** By which the best model can be told, the usual one first. */
  public static final List<Monitor> MONITORS =
      List.of(Monitor.lower("loss"), Monitor.lower("perplexity"), Monitor.lower("bitsPerByte"));

  /** Rows of scores in memory at once where a model is measured. */
  private static final int ROWS = 1024;

  private final M model;
  private final Engine engine;

  public LanguageModeling(M model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  @Override
  public double count(TokenBatch batch) {
    return batch.predicted();
  }

  @Override
  public Loss loss(TokenBatch batch) {
    PackedSequences packed = new PackedSequences(batch.starts());
    try (ForwardPass pass = pass(packed)) {
      Tensor logits = model.logits(hidden(batch, packed, pass)); // [P, V]
      Tensor labels = labels(batch);
      Tensor mean = engine.run(CrossEntropy.mean(logits, labels, Optional.empty(), 0));
      Loss loss = Loss.ofMean(mean, batch.predicted());
      for (var auxiliary : pass.record().auxiliaryLosses().entrySet()) {
        loss = loss.withAuxiliary(auxiliary.getKey(), auxiliary.getValue());
      }
      ExpertLoads loads = ExpertLoads.of(pass.record());
      return loads.isEmpty() ? loss : loss.withFigure("expertImbalance", loads.imbalance());
    }
  }

  private ForwardPass pass(PackedSequences packed) {
    ForwardPass pass = packed.haveOneLength() ? model.pass(packed.length(0)) : model.pass(packed);
    pass.record().wantStatistics(ExpertLoads.STATISTICS);
    return pass;
  }

  /** The vectors of the tokens whose next one is foretold, [P, E]. */
  private Tensor hidden(TokenBatch batch, PackedSequences packed, ForwardPass pass) {
    long rows = packed.haveOneLength() ? packed.count() : 1;
    Tensor ids = engine.ofLongs(batch.ids(), rows, batch.tokens() / rows);
    Tensor all = model.hidden(ids, pass); // [rows, T, E]
    Tensor flat = all.reshape(batch.tokens(), all.shape().dim(-1));
    if (batch.predicted() == batch.tokens()) {
      return flat;
    }
    long[] places =
        IntStream.range(0, batch.tokens())
            .filter(i -> batch.targets()[i] != TokenBatch.IGNORED)
            .asLongStream()
            .toArray();
    return flat.indexSelect(0, engine.ofLongs(places, places.length));
  }

  private Tensor labels(TokenBatch batch) {
    long[] labels =
        Arrays.stream(batch.targets()).filter(target -> target != TokenBatch.IGNORED).toArray();
    return engine.ofLongs(labels, labels.length);
  }

  /**
   * Measures the model.
   *
   * @param data each token of which is foretold once; a {@link TokenSource} knows the bytes too
   */
  @Override
  public LanguageEvaluation evaluate(BatchSource<TokenBatch> data, LongConsumer progress) {
    boolean wasTraining = model.isTraining();
    model.train(false);
    ExpertLoads.Builder loads = new ExpertLoads.Builder();
    long start = System.nanoTime();
    double nats = 0;
    long done = 0;
    try (BatchIterator<TokenBatch> batches = data.batches(0)) {
      while (batches.hasNext()) {
        TokenBatch batch = batches.next();
        if (batch.predicted() > 0) {
          nats += nats(batch, loads);
          done += batch.predicted();
        }
        progress.accept(done);
      }
    } finally {
      model.train(wasTraining);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long bytes = data instanceof TokenSource ? ((TokenSource) data).bytes() : 0;
    return new LanguageEvaluation(nats, done, bytes, loads.build(), seconds);
  }

  private double nats(TokenBatch batch, ExpertLoads.Builder loads) {
    PackedSequences packed = new PackedSequences(batch.starts());
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        ForwardPass pass = pass(packed)) {
      Tensor hidden = hidden(batch, packed, pass);
      Tensor labels = labels(batch);
      loads.add(pass.record());
      double sum = 0;
      for (int from = 0; from < batch.predicted(); from += ROWS) {
        int count = Math.min(ROWS, batch.predicted() - from);
        sum += nats(hidden.narrow(0, from, count), labels.narrow(0, from, count));
      }
      return sum;
    }
  }

  private double nats(Tensor hidden, Tensor labels) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = model.logits(hidden);
      return engine.run(CrossEntropy.sum(logits, labels, Optional.empty(), 0)).item();
    }
  }

  @Override
  public List<Monitor> monitors() {
    return MONITORS;
  }

  @Override
  public List<Tensor> inputVectors() {
    return model.inputVectors();
  }
}
