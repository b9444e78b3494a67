package io.mla4j.cli.inspect;

import io.mla4j.cli.console.Facts;
import io.mla4j.cli.console.Quantity;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.nn.feedforward.ExpertsConfig;
import io.mla4j.nn.feedforward.RouterConfig;
import java.io.PrintWriter;
import java.util.Locale;

/** A language model's facts for people. */
record CausalText(CausalFacts model) {

  void print(PrintWriter out) {
    Facts facts = new Facts();
    model(facts.heading("Language model (%s) in %s".formatted(model.family(), model.folder())));
    cache(facts.heading("Cache a token, all layers, " + model.cacheDtype()));
    model.provenance().ifPresent(from -> ModelText.provenance(facts.heading("Made by"), from));
    facts.print(out);
    out.println();
    ModelText.table(model.tensors(), model.parameters(), model.bytes()).print(out);
  }

  private void model(Facts facts) {
    CausalConfig config = model.config();
    facts
        .fact("parameters", parameters())
        .fact(
            "layers",
            "%d of width %d, gated feed-forward of width %d%s"
                .formatted(
                    config.layers(),
                    config.hiddenSize(),
                    config.networks().intermediateSize(),
                    config.networks().experts().isPresent()
                        ? " in the first " + config.networks().denseLayers()
                        : ""))
        .fact("attention", model.attention());
    config.networks().experts().ifPresent(experts -> facts.fact("experts", words(experts)));
    facts
        .fact("context", "%,d tokens".formatted(config.positions().maxPositions()))
        .fact(
            "vocabulary",
            "%,d tokens, scored %s%s"
                .formatted(
                    config.vocabSize(),
                    config.tiedEmbeddings() ? "by their own vectors" : "by a matrix of their own",
                    tokenizer()));
  }

  private String parameters() {
    String all = "%,d in %s".formatted(model.parameters(), Quantity.bytes(model.bytes()));
    return model.activeParameters() == model.parameters()
        ? all
        : all + ", %,d of them for a token".formatted(model.activeParameters());
  }

  private static String words(ExpertsConfig experts) {
    RouterConfig router = experts.router();
    String groups =
        router.groups() == 1
            ? ""
            : " in %d of %d groups".formatted(router.keptGroups(), router.groups());
    return "%d of width %d, %d a token%s by %s%s, %d shared"
        .formatted(
            router.experts(),
            experts.intermediateSize(),
            router.perToken(),
            groups,
            router.scoring().name().toLowerCase(Locale.ROOT),
            router.biased() ? " with a bias" : "",
            experts.shared());
  }

  private String tokenizer() {
    return model.tokenizerTokens().isPresent()
        ? "; the tokenizer has %,d".formatted(model.tokenizerTokens().getAsInt())
        : "; there is no tokenizer";
  }

  private void cache(Facts facts) {
    long own = model.cacheBytesPerToken();
    long dense = model.denseCacheBytesPerToken();
    long context = model.config().positions().maxPositions();
    facts
        .fact("this model", ModelText.cache(own, own * context, context))
        .fact("dense attention", ModelText.cache(dense, dense * context, context));
    if (own != dense) {
      facts.fact(
          "share", "%s of dense attention's".formatted(Quantity.percent((double) own / dense)));
    }
  }
}
