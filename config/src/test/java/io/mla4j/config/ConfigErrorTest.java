package io.mla4j.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigErrorTest {

  @TempDir Path folder;

  private static String error(Path file, String... overrides) {
    String message =
        assertThrows(
                ConfigException.class,
                () -> ConfigReader.read(file, Recipe.class, Recipe.defaults(), List.of(overrides)))
            .getMessage();
    assertFalse(message.contains("\n"), message);
    assertTrue(message.endsWith(".") || message.endsWith("?"), message);
    return message;
  }

  /** The error of a file, without the file's name, which must come first. */
  private String errorIn(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    String message = error(file);
    assertTrue(message.startsWith(file.toString()), message);
    return message.substring(file.toString().length());
  }

  private String yamlError(String text) throws IOException {
    return errorIn("x.yaml", text);
  }

  private static String overrideError(String override) {
    return assertThrows(
            ConfigException.class,
            () -> ConfigReader.override(Recipe.class, Recipe.defaults(), List.of(override)))
        .getMessage();
  }

  @Test
  void aMissingFile() {
    Path file = folder.resolve("none.yaml");
    assertEquals("There is no file " + file + ".", error(file));
  }

  @Test
  void aFolder() {
    assertEquals("Could not read " + folder + ": it is a folder.", error(folder));
  }

  @Test
  void anEmptyFile() throws IOException {
    assertEquals(" is empty; write at least one setting, or leave the file out.", yamlError(" \n"));
  }

  @Test
  void aFileThatIsNotUtf8() throws IOException {
    Path file =
        Files.write(
            folder.resolve("l.yaml"), "name: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(file + " is not UTF-8 text; save it as UTF-8.", error(file));
  }

  @Test
  void notYaml() throws IOException {
    assertEquals(
        ", line 2, column 9: this is not valid YAML: mapping values are not allowed here.",
        yamlError("name: a\nmodel: x: y\n"));
    assertTrue(yamlError("labels: [a, b").startsWith(", line 1, column 14: this is not valid"));
    assertTrue(yamlError("\tname: a").startsWith(", line 1, column 1: this is not valid YAML"));
  }

  @Test
  void notJson() throws IOException {
    assertTrue(
        errorIn("x.json", "{\"name\": }")
            .startsWith(", line 1, column 10: this is not valid JSON: "));
  }

  @Test
  void theSameKeyTwice() throws IOException {
    assertEquals(
        ", line 3, column 5: this is not valid YAML: Duplicate Object property \"name\".",
        yamlError("name: a\nseed: 1\nname: b\n"));
  }

  @Test
  void anAlias() throws IOException {
    assertEquals(
        ", line 2, column 9: aliases (*n) are not supported; write the value out.",
        yamlError("name: &n x\noutput: *n\n"));
  }

  @Test
  void aListInsteadOfSettings() throws IOException {
    assertEquals(
        ": settings are written as 'name: value', but this is a list.", yamlError("- a\n- b\n"));
  }

  @Test
  void anUnknownKeyNamesTheNearest() throws IOException {
    assertEquals(
        ": 'training.learningrate' is not a setting; did you mean 'training.learningRate'?",
        yamlError("training: {learningrate: 1}"));
    assertEquals(
        ": 'training.batch_size' is not a setting; did you mean 'training.batchSize'?",
        yamlError("training: {batch_size: 1}"));
    assertEquals(
        ": 'modle' is not a setting; did you mean 'model'?", yamlError("modle: {layers: 1}"));
  }

  @Test
  void anUnknownKeyLikeNoneListsThem() throws IOException {
    assertEquals(
        ": 'training.optimizer' is not a setting; those of 'training' are batchSize, learningRate,"
            + " maxSteps, clipNorm.",
        yamlError("training: {optimizer: adam}"));
  }

  @Test
  void aDerivedPropertyIsNotASetting() {
    assertEquals(
        "override model.attention={type: mla, cacheWidth: 3}: 'model.attention.cacheWidth' is not a"
            + " setting; those of 'model.attention' are kvLoraRank, qLoraRank, ropeWidth.",
        overrideError("model.attention={type: mla, cacheWidth: 3}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "training.batchSize=many | 'training.batchSize' is 'many' but must be a whole number.",
        "training.batchSize=1.5 | 'training.batchSize' is '1.5' but must be a whole number.",
        "training.batchSize='3' | 'training.batchSize' is '3' but must be a whole number.",
        "training.batchSize=3000000000 | 'training.batchSize' is '3000000000' but must be a whole"
            + " number from -2147483648 to 2147483647.",
        "training.batchSize= | 'training.batchSize' is empty; give it a value, or remove it.",
        "training.batchSize.x=1 | 'training.batchSize' is a group of settings but must be a whole"
            + " number.",
        "training.learningRate=low | 'training.learningRate' is 'low' but must be a number.",
        "training.learningRate=1e999 | 'training.learningRate' is 'Infinity' but must be a finite"
            + " number.",
        "training.learningRate=.nan | 'training.learningRate' is 'NaN' but must be a finite"
            + " number.",
        "shuffle=yes | 'shuffle' is 'yes' but must be true or false.",
        "name=1.10 | 'name' is '1.1' but must be text: put it in quotes.",
        "name=true | 'name' is 'true' but must be text: put it in quotes.",
        "model.pooling=max | 'model.pooling' is 'max' but must be one of mean, cls, last_token.",
        "model.pooling=1 | 'model.pooling' is '1' but must be one of mean, cls, last_token.",
        "saveEvery=10 | 'saveEvery' is '10' but must be a duration such as 500ms, 90s or 1h30m.",
        "saveEvery=soon | 'saveEvery' is 'soon' but must be a duration such as 500ms, 90s or"
            + " 1h30m.",
        "output=[a] | 'output' is a list but must be a path: put it in quotes.",
        "seed=x | 'seed' is 'x' but must be a whole number.",
        "labels=ham | 'labels' is 'ham' but must be a list such as [a, b].",
        "labels= | 'labels' is empty; give it a value, or remove it.",
        "labels=[a, null] | 'labels[1]' is empty; give it a value, or remove it.",
        "labels=[a, [b]] | 'labels[1]' is a list but must be text: put it in quotes.",
        "classWeights={a: x} | 'classWeights.a' is 'x' but must be a number.",
        "stages=[{name: a, epoch: 1}] | 'stages[0].epoch' is not a setting; did you mean"
            + " 'stages[0].epochs'?",
        "stages=[{name: a}] | 'stages[0].epochs' is missing; give it a value.",
        "stages=[3] | 'stages[0]' is '3' but must be a group of settings, each as 'name: value'.",
        "model=big | 'model' is 'big' but must be a group of settings, each as 'name: value'.",
        "model.attention=mlaa | 'model.attention.type' is 'mlaa' but must be one of dense, mla,"
            + " window.",
        "model.attention={type: 3} | 'model.attention.type' is '3' but must be one of dense, mla,"
            + " window.",
        "model.attention=3 | 'model.attention' is '3' but must be a group of settings, each as"
            + " 'name: value'.",
        "model.attention=window | 'model.attention.width' is missing; give it a value.",
        "training.batchSize=0 | 'training': batchSize must be at least 1, but is 0.",
      })
  void aWrongValue(String override, String sentence) {
    assertEquals("override " + override + ": " + sentence, overrideError(override));
  }

  @Test
  void aRecordsRefusalNamesTheFile() throws IOException {
    assertEquals(
        ": 'training': batchSize must be at least 1, but is -3.",
        yamlError("training:\n  batchSize: -3\n"));
  }

  @Test
  void anErrorNamesTheOverrideThatCausedIt() throws IOException {
    Path file = Files.writeString(folder.resolve("ok.yaml"), "training: {batchSize: 3}");
    assertEquals(
        "override training.batchSize=-1: 'training': batchSize must be at least 1, but is -1.",
        error(file, "name=x", "training.batchSize=-1"));
  }

  @ParameterizedTest
  @CsvSource({"training.batchSize", "=3", "a..b=3", "''", ".=1"})
  void notAnOverride(String text) {
    assertEquals(
        "'" + text + "' is not an override; write name=value, as training.batchSize=16.",
        overrideError(text));
  }

  @Test
  void anOverrideThatIsNotYaml() {
    assertEquals(
        "override name=\"x, line 1, column 1: this is not valid YAML: found unexpected end of"
            + " stream.",
        overrideError("name=\"x"));
  }
}
