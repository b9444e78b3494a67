package io.mla4j.models.causal;

import io.mla4j.nn.NotFiniteException;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.LayerCaches;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Generates one sequence at a time. */
public final class Generator {

  /** Tokens of a prompt that pass through the model at once. */
  private static final int CHUNK = 512;

  private final CausalModel model;
  private final Engine engine;

  public Generator(CausalModel model) {
    this.model = model;
    this.engine = model.engine();
  }

  /**
   * What was generated.
   *
   * @param tokens without the prompt; the end token is the last where there is one
   * @param passes through the model after the prompt's
   * @param drafted tokens that were guessed
   * @param accepted of them
   * @param promptSeconds until the first token was known
   * @param seconds for all others
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Generated(
      int[] tokens, int passes, int drafted, int accepted, double promptSeconds, double seconds) {

    /** Tokens a second after the first. */
    public double tokensPerSecond() {
      return tokens.length < 2 ? 0 : (tokens.length - 1) / seconds;
    }
  }

  /**
   * Generates.
   *
   * @param prompt one token or more
   * @param goesOn told each token as soon as it is known; false ends generation
   * @throws IllegalArgumentException if the prompt is empty, has a token that is none, or leaves no
   *     room in the model's context
   * @throws NotFiniteException if the model gives no numbers
   */
  public Generated generate(int[] prompt, GenerationSettings settings, IntPredicate goesOn) {
    check(prompt, settings);
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        LayerCaches caches = model.newCaches()) {
      return new Run(prompt, settings, goesOn, caches).run();
    }
  }

  private void check(int[] prompt, GenerationSettings settings) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException("A prompt has one token or more.");
    }
    model.requireTokens("The prompt", prompt);
    int most = model.config().positions().maxPositions();
    if ((long) prompt.length + settings.maxTokens() > most) {
      throw new IllegalArgumentException(
          "%,d tokens of prompt and %,d to generate are more than the model's context of %,d."
              .formatted(prompt.length, settings.maxTokens(), most));
    }
  }

  /** One generation. */
  private final class Run {

    private final GenerationSettings settings;
    private final IntPredicate goesOn;
    private final LayerCaches caches;
    private final int promptLength;
    private int[] tokens;
    private int length;
    private int passes;
    private int drafted;
    private int accepted;
    private boolean ended;

    Run(int[] prompt, GenerationSettings settings, IntPredicate goesOn, LayerCaches caches) {
      this.settings = settings;
      this.goesOn = goesOn;
      this.caches = caches;
      this.promptLength = prompt.length;
      this.tokens = Arrays.copyOf(prompt, prompt.length + settings.maxTokens());
      this.length = prompt.length;
    }

    Generated run() {
      long start = System.nanoTime();
      if (settings.maxTokens() == 0) {
        return result(start, start);
      }
      accept(readPrompt());
      long first = System.nanoTime();
      while (!ended && length - promptLength < settings.maxTokens()) {
        step();
      }
      return result(start, first);
    }

    private Generated result(long start, long first) {
      return new Generated(
          Arrays.copyOfRange(tokens, promptLength, length),
          passes,
          drafted,
          accepted,
          (first - start) / 1e9,
          (System.nanoTime() - first) / 1e9);
    }

    private int readPrompt() {
      for (int from = 0; from + CHUNK < promptLength; from += CHUNK) {
        int start = from;
        try (TensorScope scope = TensorScope.open()) {
          hidden(start, CHUNK);
        }
      }
      int rest = promptLength - (int) caches.length();
      try (TensorScope scope = TensorScope.open()) {
        Tensor last = hidden(promptLength - rest, rest).narrow(1, rest - 1L, 1);
        return chosen(logits(last.squeeze(1)), promptLength);
      }
    }

    /** What the last norm gives for tokens that are added to the caches, [1, count, E]. */
    private Tensor hidden(int from, int count) {
      long[] ids = new long[count];
      for (int i = 0; i < count; i++) {
        ids[i] = tokens[from + i];
      }
      try (ForwardPass pass = model.pass(caches, count)) {
        return model.hidden(engine.ofLongs(ids, 1, count), pass);
      }
    }

    private Tensor logits(Tensor hidden) {
      return NotFiniteException.require(model.logits(hidden), "scores of the next token");
    }

    private int chosen(Tensor logits, long position) {
      return Math.toIntExact(
          engine.sample(logits, settings.sampling(), settings.seed(), position)[0]);
    }

    private void accept(int token) {
      tokens[length++] = token;
      ended = !goesOn.test(token) || settings.endTokens().contains(token);
    }

    /** Drafters are others' code: what they give is checked before it reaches an engine. */
    private int[] draft(int most) {
      if (most == 0) {
        return new int[0];
      }
      int[] draft = settings.drafter().draft(Arrays.copyOf(tokens, length), most);
      if (draft.length > most) {
        throw new IllegalArgumentException(
            "The drafter was to guess at most %d tokens and guessed %d."
                .formatted(most, draft.length));
      }
      model.requireTokens("The draft", draft);
      return draft;
    }

    /** Passes the last token and a draft of the next ones, and keeps what is right of them. */
    private void step() {
      int room = settings.maxTokens() - (length - promptLength) - 1;
      int[] draft = draft(Math.min(room, settings.draftTokens()));
      int from = length - 1;
      System.arraycopy(draft, 0, tokens, length, draft.length);
      passes++;
      drafted += draft.length;
      try (TensorScope scope = TensorScope.open()) {
        Tensor logits = logits(hidden(from, 1 + draft.length).squeeze(0));
        int right = 0;
        for (int i = 0; i <= draft.length && !ended; i++) {
          int token = chosen(logits.narrow(0, i, 1), length);
          accept(token);
          if (i == draft.length || token != draft[i]) {
            break;
          }
          right++;
        }
        accepted += right;
        caches.forgetLast(draft.length - right);
      }
    }
  }
}
