package io.mla4j.tasks.language;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.corpus.TokenBlocks;
import io.mla4j.data.corpus.TokenCorpus;
import io.mla4j.data.corpus.TokenWindows;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.CausalFamilies;
import io.mla4j.models.causal.CausalFolder;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Learner;
import io.mla4j.tensor.Engine;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.language.LanguageEvaluation;
import io.mla4j.training.language.LanguageModeling;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A language model that learns from a text. */
final class LanguageLearner implements Learner<io.mla4j.data.corpus.TokenBatch> {

  private final LanguageRecipe recipe;
  private final LanguageData data;
  private final CausalModel model;
  private final LanguageModeling<CausalModel> objective;

  LanguageLearner(LanguageRecipe recipe, CausalConfig config, LanguageData data, Engine engine) {
    CausalFamilies.write(config); // before a model is trained that no file could describe
    this.recipe = recipe;
    this.data = data;
    LanguageTraining training = recipe.training();
    this.model = new CausalModel(config, training.initializer(engine), training.dropout());
    this.objective = new LanguageModeling<>(model, engine);
  }

  @Override
  public CausalModel model() {
    return model;
  }

  @Override
  public LanguageModeling<CausalModel> objective() {
    return objective;
  }

  @Override
  public TrainingConfig training() {
    return recipe.training().loop();
  }

  @Override
  public TokenBlocks train() {
    return data.train();
  }

  @Override
  public TokenWindows validation() {
    return data.validation();
  }

  @Override
  public void writeConfig(Path folder, Provenance provenance) {
    new CausalFolder(folder).writeConfig(model.config(), data.tokenizer(), provenance);
  }

  @Override
  public void writeWeights(Path folder) {
    new CausalFolder(folder).writeWeights(model);
  }

  @Override
  public void readWeights(Path folder) {
    new CausalFolder(folder).readInto(model);
  }

  @Override
  public long measuredExamples() {
    return 2 * data.windows(data.measured(), 1).examplesPerEpoch();
  }

  @Override
  public String measuredUnit() {
    return "tokens";
  }

  @Override
  public Findings measure(LongConsumer progress) {
    TokenCorpus text = data.measured();
    LanguageEvaluation once =
        objective.evaluate(data.windows(text, recipe.data().stride()), progress);
    int stride = Math.max(1, recipe.data().contextTokens() / 2);
    LanguageEvaluation sliding =
        objective.evaluate(
            data.windows(text, stride), done -> progress.accept(once.examples() + done));
    model.train(false);
    SampleTexts samples =
        new SampleTexts(model, data.tokenizer(), recipe.data().contextTokens(), recipe.samples());
    return new LanguageFindings(
            model.config(), once, sliding, stride, data.hasTest(), samples.write(text))
        .of(model.parameterCount());
  }

  @Override
  public void close() {
    model.close();
  }
}
