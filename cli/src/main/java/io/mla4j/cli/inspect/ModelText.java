package io.mla4j.cli.inspect;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.cli.console.Facts;
import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.console.Table;
import io.mla4j.data.batch.LongText;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Window;
import io.mla4j.nn.family.FamilyMembers;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A model's facts for people. */
record ModelText(ModelFacts model) {

  private static final int SHOWN_LABELS = 12;

  void print(PrintWriter out) {
    Facts facts = new Facts();
    model(facts.heading("Text classifier in " + model.folder()));
    cache(facts.heading("Cache a token, all layers, " + model.cacheDtype()));
    model.provenance().ifPresent(from -> provenance(facts.heading("Made by"), from));
    facts.print(out);
    out.println();
    table(model.tensors(), model.parameters(), model.bytes()).print(out);
  }

  private void model(Facts facts) {
    TextClassifierConfig config = model.config();
    EncoderConfig encoder = config.encoder();
    facts
        .fact(
            "parameters", "%,d in %s".formatted(model.parameters(), Quantity.bytes(model.bytes())))
        .fact(
            "layers",
            "%d of width %d, %s feed-forward of width %d, %s norm, %s pooling"
                .formatted(
                    encoder.layers(),
                    encoder.hiddenSize(),
                    FamilyMembers.nameOf(encoder.feedForward()),
                    encoder.intermediateSize(),
                    FamilyMembers.nameOf(encoder.norm()),
                    lower(config.pooling())))
        .fact("attention", model.attention())
        .fact("context", context(config.window()))
        .fact("classes", config.task().numClasses() + ": " + labels(config.task().labels()))
        .fact(
            "tokenizer",
            "%,d tokens; the model has room for %,d"
                .formatted(model.tokenizerTokens(), config.task().vocabSize()));
  }

  private static String context(Window window) {
    String tokens = "%,d tokens; ".formatted(window.contextTokens());
    return window.longText() == LongText.CHUNK
        ? tokens + "longer texts in up to %d chunks".formatted(window.maxChunks())
        : tokens + "longer texts are cut";
  }

  private static String labels(List<String> labels) {
    int more = labels.size() - SHOWN_LABELS;
    return String.join(", ", labels.subList(0, Math.min(SHOWN_LABELS, labels.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private void cache(Facts facts) {
    long own = model.cacheBytesPerToken();
    long dense = model.denseCacheBytesPerToken();
    long context = model.config().window().contextTokens();
    facts
        .fact("this model", cache(own, own * context, context))
        .fact("dense attention", cache(dense, dense * context, context));
    if (own != dense) {
      facts.fact(
          "share", "%s of dense attention's".formatted(Quantity.percent((double) own / dense)));
    }
  }

  static String cache(long bytes, long full, long context) {
    return "%,d bytes; %s for %,d tokens".formatted(bytes, Quantity.bytes(full), context);
  }

  static void provenance(Facts facts, Provenance from) {
    facts
        .fact("created", from.created().toString())
        .fact("versions", pairs(from.versions()))
        .fact("seed", Long.toString(from.seed()));
    List<String> data =
        from.dataChecksums().entrySet().stream()
            .map(file -> "%s, SHA-256 %s".formatted(file.getKey(), file.getValue()))
            .toList();
    facts.fact("data", data);
  }

  private static String pairs(Map<String, String> map) {
    return map.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  static Table table(List<ParameterGroup> groups, long parameters, long bytes) {
    Table table =
        new Table().left("parameter").left("shape").left("type").right("count").right("bytes");
    for (ParameterGroup group : groups) {
      table.row(
          group.name(),
          group.shape() + (group.tensors() > 1 ? " x " + group.tensors() : ""),
          group.dtype(),
          Quantity.count(group.count()),
          Quantity.count(group.bytes()));
    }
    return table.row("total", "", "", Quantity.count(parameters), Quantity.count(bytes));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
