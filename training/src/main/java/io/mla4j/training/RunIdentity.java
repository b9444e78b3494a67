package io.mla4j.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.batch.LoaderSettings;
import io.mla4j.tensor.Engine;
import io.mla4j.training.classification.ClassificationConfig;
import io.mla4j.training.optimizer.Optimizer;
import io.mla4j.training.optimizer.Schedule;
import io.mla4j.training.optimizer.ScheduleKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run of {@code Trainer.fit} is told from others by: all that decides its result, as far as
 * it is known.
 *
 * @param model its description
 * @param config whose optimizer and schedule the given ones replace
 */
record RunIdentity(
    ObjectNode model,
    DocumentSource train,
    DocumentSource validation,
    Optimizer optimizer,
    Schedule schedule,
    TrainingConfig config) {

  /**
   * Settings that decide nothing about the result, and those of a model's description that older
   * checkpoints do not have.
   */
  static final SettingChanges CHANGES =
      new SettingChanges(
          Set.of("training.checkpointEverySteps", "training.onNonFinite"),
          Map.of(
              "model.attention.bias",
              List.of(JsonNodeFactory.instance.booleanNode(false)),
              "model.attention.output_bias",
              List.of(
                  JsonNodeFactory.instance.booleanNode(false),
                  JsonNodeFactory.instance.booleanNode(true)),
              "model.attention.head_norm_epsilon",
              List.of(JsonNodeFactory.instance.numberNode(0.0))));

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              usual -> usual.withValueInclusion(JsonInclude.Include.NON_ABSENT))
          .build();

  private record Batches(LoaderSettings batches, ContextWindow window) {
    static Batches of(DocumentSource source) {
      return new Batches(source.settings(), source.window());
    }
  }

  private record Rates(ScheduleKind kind, long warmupSteps, long totalSteps) {}

  /** Kept with the model and, as a {@link #tree}, in each checkpoint. */
  Provenance provenance(Engine engine) {
    Map<String, String> checksums =
        Map.of(
            "training", train.checksum(),
            "validation", validation.checksum(),
            "tokenizer", train.tokenizer().checksum());
    return Provenance.now(engine, config.seed(), checksums, configuration());
  }

  static JsonNode tree(Provenance provenance) {
    return MAPPER.valueToTree(provenance);
  }

  private ObjectNode configuration() {
    ObjectNode whole = MAPPER.createObjectNode();
    whole.set("model", model);
    whole.set("training", training());
    whole.set("data", data());
    return whole;
  }

  private ObjectNode training() {
    ObjectNode training = MAPPER.valueToTree(config);
    training.setAll((ObjectNode) MAPPER.valueToTree(ClassificationConfig.defaults()));
    training.set("optimizer", MAPPER.valueToTree(optimizer.settings()));
    training.remove(List.of("warmupFraction", "finalFraction"));
    Rates rates = new Rates(schedule.kind(), schedule.warmupSteps(), schedule.totalSteps());
    ObjectNode rated = MAPPER.valueToTree(rates);
    if (schedule.finalFraction() > 0) { // older checkpoints do not say it
      rated.put("finalFraction", schedule.finalFraction());
    }
    training.set("schedule", rated);
    return training;
  }

  private ObjectNode data() {
    ObjectNode data = MAPPER.createObjectNode();
    data.set("training", MAPPER.valueToTree(Batches.of(train)));
    data.set("validation", MAPPER.valueToTree(Batches.of(validation)));
    return data;
  }
}
