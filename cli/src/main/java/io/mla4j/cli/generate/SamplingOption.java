package io.mla4j.cli.generate;

import io.mla4j.models.causal.Drafter;
import io.mla4j.models.causal.GenerationSettings;
import io.mla4j.models.causal.PromptLookup;
import io.mla4j.tensor.Sampling;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
final class SamplingOption {

  private static final int LONGEST_LOOKUP = 3;

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens generated at most; ${DEFAULT-VALUE} if left out.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.8",
      description =
          "Logits are divided by it; 0 takes the likeliest token (greedy). ${DEFAULT-VALUE} if left"
              + " out.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Only the K likeliest tokens; 0 for all.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "0.95",
      description = "Only the likeliest tokens that together have this probability.")
  private double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description = "Only tokens at least this share as likely as the likeliest.")
  private double minP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed chooses the same tokens; from the clock if left out.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--draft",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Guess up to N tokens ahead from what was said before and check them all at once; the"
              + " text stays the same.")
  private int draft;

  @Option(names = "--ignore-end", description = "Go on after a token that ends a text.")
  private boolean ignoreEnd;

  GenerationSettings settings(Set<Integer> endTokens) {
    Sampling sampling =
        temperature == 0 ? Sampling.GREEDY : new Sampling(temperature, topK, topP, minP);
    Drafter drafter = draft > 0 ? new PromptLookup(LONGEST_LOOKUP) : Drafter.NONE;
    return new GenerationSettings(
        maxTokens,
        sampling,
        seed.orElseGet(System::nanoTime),
        ignoreEnd ? Set.of() : endTokens,
        drafter,
        draft);
  }
}
