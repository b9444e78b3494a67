package io.mla4j.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

  @TempDir Path folder;

  private Recipe read(String name, String text, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return ConfigReader.read(file, Recipe.class, Recipe.defaults(), List.of(overrides));
  }

  private Recipe yaml(String text, String... overrides) throws IOException {
    return read("recipe.yaml", text, overrides);
  }

  private static Recipe override(String... overrides) {
    return ConfigReader.override(Recipe.class, Recipe.defaults(), List.of(overrides));
  }

  @Test
  void whatTheFileDoesNotSayIsTheDefault() throws IOException {
    Recipe recipe = yaml("training:\n  batchSize: 8\n  learningRate: 3e-4\n");
    assertEquals(new Recipe.Training(8, 3e-4, 1_000, OptionalDouble.of(1.0)), recipe.training());
    assertEquals(Recipe.defaults().model(), recipe.model());
    assertEquals(Recipe.defaults().warmup(), recipe.warmup());
  }

  @Test
  void aFileOfCommentsIsTheDefaults() throws IOException {
    assertEquals(Recipe.defaults(), yaml("# nothing yet\n"));
    assertEquals(Recipe.defaults(), yaml("{}"));
  }

  @Test
  void jsonIsReadToo() throws IOException {
    Recipe recipe = read("recipe.json", "{\"model\": {\"layers\": 2}, \"name\": \"small\"}");
    assertEquals(2, recipe.model().layers());
    assertEquals("small", recipe.name());
    assertEquals(0.1, recipe.model().dropout());
  }

  @Test
  void overridesComeAfterTheFileInTheirOrder() throws IOException {
    Recipe recipe =
        yaml(
            "training: {batchSize: 8, maxSteps: 7}",
            "training.batchSize=16",
            "training.batchSize = 24",
            "labels=[a, b, c]");
    assertEquals(24, recipe.training().batchSize());
    assertEquals(7, recipe.training().maxSteps());
    assertEquals(List.of("a", "b", "c"), recipe.labels());
  }

  @Test
  void anOverridesValueMayHoldAnEqualsSign() {
    assertEquals("a=b", override("name=a=b").name());
  }

  @Test
  void theSameMemberOfAFamilyIsMerged() throws IOException {
    Recipe.Mla low = new Recipe.Mla(16, Optional.of(24), 4);
    Recipe.Model model = new Recipe.Model(1, 0, Recipe.Pooling.CLS, low, new Recipe.Dense(1));
    Path file = Files.writeString(folder.resolve("m.yaml"), "attention: {kvLoraRank: 64}");
    Recipe.Model merged = ConfigReader.read(file, Recipe.Model.class, model, List.of());
    assertEquals(new Recipe.Mla(64, Optional.of(24), 4), merged.attention());
  }

  @Test
  void anotherMemberReplacesTheDefaultsSettings() throws IOException {
    assertEquals(
        new Recipe.Mla(64, Optional.empty(), 64),
        yaml("model: {attention: {kvLoraRank: 64, type: mla}}").model().attention());
    assertEquals(
        new Recipe.Mla(512, Optional.empty(), 64),
        override("model.attention=MLA").model().attention());
  }

  @Test
  void anotherMemberKeepsWhatBothHave() {
    Layered wide = new Layered(new Layered.Plain(6, 0.5));
    assertEquals(
        new Layered(new Layered.Gated(6, 9)),
        ConfigReader.override(Layered.class, wide, List.of("layer=gated")));
    assertEquals(
        new Layered(new Layered.Gated(8, 9)),
        ConfigReader.override(Layered.class, wide, List.of("layer={type: gated, width: 8}")));
  }

  record Layered(Layer layer) {
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    sealed interface Layer {}

    @JsonTypeName("plain")
    record Plain(int width, double gate) implements Layer {}

    /** Its gate is of another type, so it is another setting. */
    @JsonTypeName("gated")
    record Gated(int width, int gate) implements Layer {
      static Gated defaults() {
        return new Gated(3, 9);
      }
    }
  }

  @Test
  void aMembersOwnCreatorFillsWhatIsNotGiven() {
    assertEquals(
        new Recipe.Window(256, 64),
        override("model.attention={type: window, width: 256}").model().attention());
    assertEquals(
        new Recipe.Window(256, 3),
        override("model.attention={type: window, width: 256}", "model.attention.overlap=3")
            .model()
            .attention());
  }

  /** Settings in groups, which files do not see. */
  record Grouped(@JsonUnwrapped Sizes sizes, int layers, @JsonUnwrapped Rates rates) {
    record Sizes(int width, int heads) {
      Sizes {
        if (width % heads != 0) {
          throw new IllegalArgumentException(heads + " heads do not divide " + width);
        }
      }
    }

    record Rates(double dropout, Optional<Double> decay) {}
  }

  private static final Grouped GROUPED =
      new Grouped(new Grouped.Sizes(8, 2), 3, new Grouped.Rates(0.1, Optional.empty()));

  private static Grouped grouped(String... overrides) {
    return ConfigReader.override(Grouped.class, GROUPED, List.of(overrides));
  }

  @Test
  void unwrappedRecordsStandAmongTheSettingsAroundThem() {
    assertEquals(
        new Grouped(new Grouped.Sizes(16, 2), 5, new Grouped.Rates(0.1, Optional.of(0.5))),
        grouped("width=16", "layers=5", "decay=0.5"));
    assertEquals(
        "width: 8\nheads: 2\nlayers: 3\ndropout: 0.1\ndecay: null\n",
        ConfigWriter.yaml(Grouped.class, GROUPED));
  }

  @Test
  void whatIsWrongInAnUnwrappedRecordIsNamed() {
    assertRefused("'dropot' is not a setting; did you mean 'dropout'?", "dropot=0.2");
    assertRefused("'sizes' is not a setting", "sizes={width: 4}");
    assertRefused("must be a whole number", "width=wide");
    assertRefused("3 heads do not divide 8", "heads=3");
  }

  private static void assertRefused(String reason, String override) {
    ConfigException refused = assertThrows(ConfigException.class, () -> grouped(override));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  @Test
  void aFamilyMayBeTheWholeConfiguration() {
    Recipe.Attention attention =
        ConfigReader.override(
            Recipe.Attention.class, new Recipe.Dense(2), List.of("type=mla", "ropeWidth=8"));
    assertEquals(new Recipe.Mla(512, Optional.empty(), 8), attention);
  }

  @Test
  void aMemberDeclaredByItsOwnTypeNeedsNoType() {
    assertEquals(new Recipe.Dense(3), override("model.head.heads=3").model().head());
    assertEquals(
        new Recipe.Dense(5), override("model.head={type: dense, heads: 5}").model().head());
  }

  @Test
  void enumsAreReadInAnyCase() {
    assertEquals(Recipe.Pooling.MEAN, override("model.pooling=mean").model().pooling());
    assertEquals(Recipe.Pooling.MEAN, override("model.pooling=MEAN").model().pooling());
    assertEquals(Recipe.Pooling.LAST_TOKEN, override("model.pooling=Last_Token").model().pooling());
  }

  @Test
  void optionalsAreSetAndEmptied() {
    assertEquals(Optional.of(7L), override("seed=7").seed());
    assertEquals(Optional.empty(), override("seed=7", "seed=").seed());
    assertEquals(Optional.empty(), override("warmup=null").warmup());
    assertEquals(OptionalDouble.empty(), override("training.clipNorm=").training().clipNorm());
    assertEquals(Optional.of(new Recipe.Warmup(5, 0.0)), override("warmup.steps=5").warmup());
  }

  @Test
  void durationsAndPaths() {
    assertEquals(Duration.ofSeconds(90), override("saveEvery=90s").saveEvery());
    assertEquals(Duration.ofHours(2), override("saveEvery=PT2H").saveEvery());
    assertEquals(Path.of("runs/x y"), override("output=runs/x y").output());
    assertEquals(Path.of("2024"), override("output=2024").output());
  }

  @Test
  void listsAreReplacedAndMapsMerged() {
    assertEquals(
        List.of(new Recipe.Stage("warm", 1), new Recipe.Stage("main", 9)),
        override("stages=[{name: warm, epochs: 1}, {name: main, epochs: 9}]").stages());
    assertEquals(Map.of("spam", 2.0, "ham", 0.5), override("classWeights.ham=0.5").classWeights());
  }

  @Test
  void aWholeNumberIsTextWhereTextIsAsked() {
    assertEquals("2024", override("name=2024").name());
  }
}
