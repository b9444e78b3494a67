package io.mla4j.models.causal;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A language model opened from a folder in Hugging Face's layout: the weights stay in the mapped
 * files wherever the engine can multiply with them there. For one thread at a time.
 */
public final class LanguageModel implements AutoCloseable {

  private static final String EOS = "eos_token_id";

  private final ModelFolder folder;
  private final Safetensors weights;
  private final CausalModel model;
  private final WeightPrecision precision;
  private final Optional<Tokenizer> tokenizer;
  private final Optional<Engine> started;

  private LanguageModel(
      ModelFolder folder,
      Safetensors weights,
      CausalModel model,
      WeightPrecision precision,
      Optional<Tokenizer> tokenizer,
      Optional<Engine> started) {
    this.folder = folder;
    this.weights = weights;
    this.model = model;
    this.precision = precision;
    this.tokenizer = tokenizer;
    this.started = started;
  }

  /** Opens a model on a native engine of its own, which is closed with it. */
  public static LanguageModel open(Path path) {
    Engine engine = Engines.start("native");
    try {
      return open(path, engine, Optional.empty(), Optional.of(engine));
    } catch (RuntimeException | Error failure) {
      engine.close();
      throw failure;
    }
  }

  /**
   * Opens a model on an engine, which stays the caller's to close.
   *
   * @param precision of the matrices; as the files hold them if empty
   * @throws CheckpointException if files are missing, damaged, or not of one model
   */
  public static LanguageModel open(Path path, Engine engine, Optional<WeightPrecision> precision) {
    return open(path, engine, precision, Optional.empty());
  }

  private static LanguageModel open(
      Path path, Engine engine, Optional<WeightPrecision> wanted, Optional<Engine> started) {
    CausalFolder files = new CausalFolder(path);
    Safetensors weights = files.files().openWeights();
    try {
      WeightPrecision precision = wanted.orElseGet(() -> WeightPrecision.of(weights));
      CausalModel model = files.over(weights, precision, engine);
      try {
        prepare(model);
        Optional<Tokenizer> tokenizer = tokenizer(files, model.config());
        return new LanguageModel(files.files(), weights, model, precision, tokenizer, started);
      } catch (RuntimeException | Error failure) {
        model.close();
        throw failure;
      }
    } catch (RuntimeException | Error failure) {
      weights.close();
      throw failure;
    }
  }

  private static void prepare(CausalModel model) {
    for (Module module : model.namedModules().values()) {
      if (module instanceof Linear) {
        ((Linear) module).weight().prepare();
      }
    }
  }

  private static Optional<Tokenizer> tokenizer(CausalFolder files, CausalConfig config) {
    Path file = files.files().tokenizerFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Tokenizer tokenizer = Tokenizer.load(files.files().requireTokenizer());
    int rows = config.vocabSize();
    if (tokenizer.vocabularySize() > rows) {
      int size = tokenizer.vocabularySize();
      tokenizer.close();
      throw new CheckpointException(
          "The tokenizer %s does not match the model: it has %d tokens, the model %d."
              .formatted(file, size, rows));
    }
    return Optional.of(tokenizer);
  }

  public ModelFolder folder() {
    return folder;
  }

  public CausalModel model() {
    return model;
  }

  public WeightPrecision precision() {
    return precision;
  }

  public Optional<Tokenizer> tokenizer() {
    return tokenizer;
  }

  /**
   * The tokenizer.
   *
   * @throws CheckpointException if the folder has none
   */
  public Tokenizer requireTokenizer() {
    return tokenizer.orElseThrow(
        () ->
            new CheckpointException(
                "The folder %s has no %s, so text is not understood; give token ids."
                    .formatted(folder.path(), ModelFolder.TOKENIZER)));
  }

  /** The tokens that end a text, as {@code generation_config.json} or {@code config.json} say. */
  public Set<Integer> endTokens() {
    Set<Integer> ends = new TreeSet<>();
    JsonNode said =
        folder
            .read(ModelFolder.GENERATION_CONFIG)
            .map(generation -> generation.path(EOS))
            .filter(own -> !own.isMissingNode() && !own.isNull())
            .orElseGet(() -> folder.readConfig().path(EOS));
    if (said.isArray()) {
      said.forEach(each -> addEnd(each, ends));
    } else {
      addEnd(said, ends);
    }
    return ends;
  }

  private static void addEnd(JsonNode said, Set<Integer> ends) {
    if (said.isInt()) {
      ends.add(said.intValue());
    }
  }

  /**
   * Goes on with a text.
   *
   * @param pieces told the text piece by piece
   * @return the whole text generated, without the prompt
   * @throws IllegalArgumentException if the prompt is empty and the tokenizer begins no text by a
   *     token of its own, or if the model's context has no room for it and what is to come
   */
  public String generate(String prompt, GenerationSettings settings, Consumer<String> pieces) {
    int[] ids = promptIds(prompt);
    StreamingText text = new StreamingText(requireTokenizer()).after(ids);
    StringBuilder whole = new StringBuilder();
    Consumer<String> both =
        piece -> {
          whole.append(piece);
          pieces.accept(piece);
        };
    new Generator(model)
        .generate(
            ids,
            settings,
            token -> {
              if (!settings.endTokens().contains(token)) {
                both.accept(text.next(token));
              }
              return true;
            });
    both.accept(text.end());
    return whole.toString();
  }

  /** An empty text has a token where the tokenizer begins every text by one. */
  private int[] promptIds(String prompt) {
    int[] ids = requireTokenizer().encode(prompt);
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "The prompt has no token, and the tokenizer in %s adds none of its own; begin with a word,"
                  .formatted(folder.path())
              + " or a line break.");
    }
    return ids;
  }

  /** Frees the model, then the files under it, and ends the engine if it was started for it. */
  @Override
  public void close() {
    tokenizer.ifPresent(Tokenizer::close);
    try {
      model.close();
    } finally {
      weights.close();
      started.ifPresent(Engine::close);
    }
  }
}
