package io.mla4j.tasks.language;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.data.batch.LengthReport;
import io.mla4j.data.corpus.Corpus;
import io.mla4j.data.corpus.Piece;
import io.mla4j.data.corpus.TokenBlocks;
import io.mla4j.data.corpus.TokenCorpus;
import io.mla4j.data.corpus.TokenWindows;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.files.Checksum;
import io.mla4j.files.TextChecksum;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.tasks.DataReport;
import io.mla4j.tasks.Learner;
import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.RunTokenizer;
import io.mla4j.tasks.VocabularyStages;
import io.mla4j.tasks.recipe.SplitFiles;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A run's text as tokens, and its tokenizer. */
final class LanguageData implements Prepared<LanguageRecipe> {

  /** Tokens that pass through a model at once where it is measured. */
  private static final int MEASURED_AT_ONCE = 8192;

  private final LanguageRecipe recipe;
  private final RunListener listener;
  private final Tokenizer tokenizer;
  private final TokenBlocks train;
  private final TokenCorpus validation;
  private final Optional<TokenCorpus> test;
  private final DataReport report = DataReport.empty();
  private final Map<String, String> checksums = new TreeMap<>();

  /**
   * Reads the text and reads or trains the tokenizer.
   *
   * @param folder of the run, which keeps the tokenizer
   * @param resumed whether the tokenizer there is the run's own
   * @param listener hears what is being done and what the user should know
   */
  LanguageData(LanguageRecipe recipe, Path folder, boolean resumed, RunListener listener) {
    this.recipe = recipe;
    this.listener = listener;
    TextSection data = recipe.data();
    SplitFiles files = data.files();
    Corpus whole = corpus(SplitFiles.TRAINING, files.requireTrain());
    Optional<Corpus> given = files.validation().map(file -> corpus(SplitFiles.VALIDATION, file));
    Optional<Corpus> tested = files.test().map(file -> corpus(SplitFiles.TEST, file));
    Iterable<Piece> learnt = whole;
    Iterable<Piece> judged = whole;
    if (given.isPresent()) {
      judged = given.get();
    } else {
      Corpus.HeldOut parts = whole.split(files.heldOutShare());
      learnt = parts.train();
      judged = parts.validation();
    }
    Path kept = new ModelFolder(folder).tokenizerFile();
    this.tokenizer = tokenizer(kept, resumed, learnt, whole.isOneText());
    recipe.samples().prompts().forEach(tokenizer::encode); // before training, if one is refused
    TokenCorpus tokens = encoded(SplitFiles.TRAINING, learnt, whole.rows());
    int perStep = recipe.training().loop().step().accumulationSteps();
    this.train = new TokenBlocks(tokens, data.blocks(perStep), recipe.seed());
    this.validation =
        encoded(SplitFiles.VALIDATION, judged, given.map(Corpus::rows).orElse(RowReport.NONE));
    this.test = tested.map(text -> encoded(SplitFiles.TEST, text, text.rows()));
    report.warnings().forEach(listener::warn);
  }

  private Corpus corpus(String part, Path place) {
    Corpus corpus = recipe.data().corpus(place);
    checksums.put(part, checksum(corpus));
    return corpus;
  }

  /** Of the files' bytes. */
  private static String checksum(Corpus corpus) {
    if (corpus.paths().size() == 1) {
      return Checksum.of(corpus.paths().getFirst());
    }
    TextChecksum all = new TextChecksum();
    corpus.paths().forEach(file -> all.add(Checksum.of(file)));
    return all.finish();
  }

  private Tokenizer tokenizer(Path kept, boolean resumed, Iterable<Piece> pieces, boolean oneText) {
    LanguageTokenizer section = recipe.tokenizer();
    Iterable<String> texts = () -> texts(pieces.iterator());
    return RunTokenizer.of(
        section.file(), kept, resumed, file -> train(section, texts, oneText, file));
  }

  private void train(
      LanguageTokenizer section, Iterable<String> texts, boolean oneText, Path file) {
    if (section.type() == LanguageTokenizer.Type.CHARACTERS) {
      section.characters(texts, oneText).write(file);
      return;
    }
    listener.say(
        "Training a tokenizer of %,d tokens on the training text.".formatted(section.vocabSize()));
    try (VocabularyStages progress = new VocabularyStages(listener)) {
      BpeTrainer.train(texts, section.options(oneText), progress).write(file);
    }
  }

  private static Iterator<String> texts(Iterator<Piece> pieces) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pieces.hasNext();
      }

      @Override
      public String next() {
        return pieces.next().text();
      }
    };
  }

  private TokenCorpus encoded(String part, Iterable<Piece> pieces, RowReport rows) {
    String work = "encoding the " + part + " text";
    try (RunListener.Stage stage = listener.stage(work, "characters", OptionalLong.empty())) {
      TokenCorpus corpus = TokenCorpus.encode(part, pieces, tokenizer, stage::at);
      report.add(part, corpus.documents(), corpus.documents(), rows, lengths(corpus));
      return corpus;
    }
  }

  /** Nothing of a text is left out. */
  private LengthReport lengths(TokenCorpus corpus) {
    long blocks = Math.ceilDiv(corpus.tokens() - 1, (long) recipe.data().contextTokens());
    return new LengthReport(corpus.documents(), corpus.tokens(), 0, 0, 0, blocks, corpus.tokens());
  }

  @Override
  public Learner<?> learner(LanguageRecipe variant, Engine engine) {
    CausalConfig config = variant.model();
    int tokens = tokenizer.vocabularySize();
    if (config.vocabSize() > 0 && config.vocabSize() < tokens) {
      throw new IllegalArgumentException(
          "model.vocabSize is %,d, but the tokenizer has %,d tokens."
              .formatted(config.vocabSize(), tokens));
    }
    return new LanguageLearner(
        variant, config.vocabSize() == 0 ? config.withVocabSize(tokens) : config, this, engine);
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  TokenBlocks train() {
    return train;
  }

  /** What the best model is chosen by. */
  TokenWindows validation() {
    return windows(validation, recipe.data().stride());
  }

  /** What the best model is measured on in the end. */
  TokenCorpus measured() {
    return test.orElse(validation);
  }

  boolean hasTest() {
    return test.isPresent();
  }

  TokenWindows windows(TokenCorpus corpus, int stride) {
    int context = recipe.data().contextTokens();
    return new TokenWindows(corpus, context, stride, Math.max(1, MEASURED_AT_ONCE / context));
  }

  @Override
  public DataReport report() {
    return report;
  }

  @Override
  public Map<String, String> checksums() {
    return checksums;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
