package io.mla4j.training;

import io.mla4j.checkpoint.Described;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.training.classification.Classification;
import io.mla4j.training.classification.ClassificationConfig;
import io.mla4j.training.optimizer.Optimizer;
import io.mla4j.training.optimizer.Schedule;
import java.nio.file.Path;

/** What {@link Trainer#fit} makes of its few arguments. */
record ClassifierFit(
    DocumentSource train,
    DocumentSource validation,
    Optimizer optimizer,
    Schedule schedule,
    int epochs,
    Path folder) {

  /** The name that this figure had when it was the only choice, so that older runs are known. */
  private static final String MONITOR = "ACCURACY";

  <M extends Module & Forward<TextBatch> & Described> TrainingOutcome of(M model) {
    TrainingConfig config = TrainingConfig.defaults(MONITOR).withEpochs(epochs);
    Engine engine = optimizer.engine();
    RunIdentity identity =
        new RunIdentity(model.description(), train, validation, optimizer, schedule, config);
    Provenance provenance = identity.provenance(engine);
    KeptModel best = new KeptModel(new ModelFolder(folder), train.tokenizer(), provenance);
    TrainingRun<TextBatch> run =
        new TrainingRun<>(
            model,
            engine,
            Classification.of(model, engine, train, ClassificationConfig.defaults()),
            train,
            validation,
            folder,
            () -> best.write(model),
            RunIdentity.tree(provenance),
            RunIdentity.CHANGES);
    return new Trainer<>(run, config, new LoggedProgress(), optimizer, schedule).train();
  }
}
