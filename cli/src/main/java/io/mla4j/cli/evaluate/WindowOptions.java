package io.mla4j.cli.evaluate;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.models.causal.CausalFolder;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --context} and {@code --stride} of a language model's evaluation. */
final class WindowOptions {

  /** Tokens of a window where nothing says what a model was trained with. */
  private static final int USUAL_CONTEXT = 1024;

  @Option(
      names = "--context",
      paramLabel = "TOKENS",
      description =
          "Of a language model: the tokens it sees at once. If left out, as many as it was trained"
              + " with here; of other models, as many as it can see, at most 1,024.")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--stride",
      paramLabel = "TOKENS",
      description =
          "Of a language model: by how many tokens the window over the text moves on, from 1 to the"
              + " context; half of it if left out.")
  private Optional<Integer> stride = Optional.empty();

  /**
   * The window for a model.
   *
   * @throws IllegalArgumentException if the model cannot see as many tokens, or the window would
   *     skip some
   */
  TextRun.Window of(Path model) {
    CausalFolder folder = new CausalFolder(model);
    int most = folder.readConfig().positions().maxPositions();
    int tokens = context.orElseGet(() -> trained(folder.files(), most));
    if (tokens < 1 || tokens > most) {
      throw new IllegalArgumentException(
          "--context is from 1 to what the model can see, %,d tokens, not %,d."
              .formatted(most, tokens));
    }
    int moving = stride.orElse(Math.max(1, tokens / 2));
    if (moving < 1 || moving > tokens) {
      throw new IllegalArgumentException(
          "--stride is from 1 to the context of %,d tokens, not %,d.".formatted(tokens, moving));
    }
    return new TextRun.Window(tokens, moving);
  }

  /** As a run's recipe has it, which its model keeps. */
  private static int trained(ModelFolder folder, int most) {
    int said =
        folder
            .readProvenance()
            .map(Provenance::configuration)
            .map(recipe -> recipe.path("data").path("contextTokens").asInt(0))
            .orElse(0);
    return Math.min(most, said > 0 ? said : USUAL_CONTEXT);
  }
}
