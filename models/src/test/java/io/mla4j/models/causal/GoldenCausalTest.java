package io.mla4j.models.causal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.LayerCaches;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models that transformers made give its logits, on every engine, whole and token by token. */
class GoldenCausalTest {

  private static final double FLOAT32_TOLERANCE = 1e-4;
  private static final double BF16_SHARE = 0.02;

  private static Path golden() {
    try {
      URL folder = GoldenCausalTest.class.getResource("golden");
      return Path.of(Objects.requireNonNull(folder).toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static Stream<Arguments> models() throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.list(golden())) {
      folders = all.sorted().toList();
    }
    return folders.stream()
        .flatMap(
            folder ->
                Stream.of("torch", "native")
                    .map(engine -> Arguments.of(folder.getFileName().toString(), engine)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void inFloat32(String name, String engineName) {
    JsonNode expected = expected(name);
    try (Engine engine = Engines.start(engineName);
        LanguageModel model = open(name, engine, WeightPrecision.FLOAT32)) {
      for (JsonNode prompt : expected.get("prompts")) {
        assertTrue(sameChoices(model.model(), prompt), name + " chooses other experts");
        check(name, model.model(), prompt, FLOAT32_TOLERANCE);
      }
    }
  }

  static Stream<Arguments> scaled() throws IOException {
    return models().filter(arguments -> ((String) arguments.get()[0]).endsWith("fp8"));
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void withFp8AsStored(String name, String engineName) {
    try (Engine engine = Engines.start(engineName);
        LanguageModel model = open(name, engine, WeightPrecision.STORED)) {
      String codes = "model.layers.0.mlp.down_proj.weight";
      assertTrue(model.model().namedParameters().get(codes).value().dtype() == DType.INT8);
      JsonNode expected = expected(name);
      // The head is of bf16, which products round its activations to.
      double most = BF16_SHARE * expected.get("largestLogit").doubleValue();
      for (JsonNode prompt : expected.get("prompts")) {
        check(name, model.model(), prompt, most);
      }
    }
  }

  /** Where bf16 sends a token to another expert, it is another model's output from there on. */
  @ParameterizedTest
  @MethodSource("models")
  void inBf16(String name, String engineName) {
    JsonNode expected = expected(name);
    double most = BF16_SHARE * expected.get("largestLogit").doubleValue();
    int compared = 0;
    try (Engine engine = Engines.start(engineName);
        LanguageModel model = open(name, engine, WeightPrecision.BF16)) {
      for (JsonNode prompt : expected.get("prompts")) {
        if (sameChoices(model.model(), prompt)) {
          check(name, model.model(), prompt, most);
          compared++;
        }
      }
    }
    assertTrue(compared > 0, name + " chooses other experts for every prompt");
  }

  private static JsonNode expected(String name) {
    return JsonMapper.shared().readTree(golden().resolve(name + "/expected.json").toFile());
  }

  private static LanguageModel open(String name, Engine engine, WeightPrecision precision) {
    return LanguageModel.open(golden().resolve(name), engine, Optional.of(precision));
  }

  private static void check(String name, CausalModel model, JsonNode prompt, double most) {
    long[] ids = longs(prompt.get("ids"));
    double[] logits = doubles(prompt.get("logits"));
    assertClose(name + ", whole", logits, whole(model, ids), most);
    assertClose(name + ", by ones", logits, byOnes(model, ids), most);
  }

  /** Whether every router chooses the experts that it should, for every token. */
  private static boolean sameChoices(CausalModel model, JsonNode prompt) {
    long[] ids = longs(prompt.get("ids"));
    List<double[]> chosen;
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad();
        ForwardPass pass = model.pass(ids.length)) {
      pass.record().wantStatistics();
      model.hidden(model.engine().ofLongs(ids, 1, ids.length), pass);
      chosen =
          List.copyOf(pass.record().statistics().getOrDefault("chosenExperts", Map.of()).values());
    }
    JsonNode routers = prompt.path("experts");
    for (int router = 0; router < chosen.size(); router++) {
      double[] experts = chosen.get(router);
      int perToken = experts.length / ids.length;
      for (int token = 0; token < ids.length; token++) {
        Arrays.sort(experts, token * perToken, (token + 1) * perToken);
      }
      if (!Arrays.equals(experts, doubles(routers.get(router)))) {
        return false;
      }
    }
    return true;
  }

  private static double[] whole(CausalModel model, long[] ids) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad();
        ForwardPass pass = model.pass(ids.length)) {
      return model.forward(model.engine().ofLongs(ids, 1, ids.length), pass).toDoubles();
    }
  }

  private static double[] byOnes(CausalModel model, long[] ids) {
    Engine engine = model.engine();
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        LayerCaches caches = model.newCaches()) {
      List<Tensor> rows = new ArrayList<>();
      for (long id : ids) {
        try (ForwardPass pass = model.pass(caches, 1)) {
          rows.add(model.forward(engine.ofLongs(new long[] {id}, 1, 1), pass));
        }
      }
      return engine.concat(rows, 1).toDoubles();
    }
  }

  private static void assertClose(String what, double[] expected, double[] actual, double most) {
    assertTrue(expected.length == actual.length, what + " has another size");
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - actual[i]);
      worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
    }
    assertTrue(worst <= most, what + " differs by " + worst + ", more than " + most);
  }

  private static long[] longs(JsonNode list) {
    return list.valueStream().mapToLong(JsonNode::longValue).toArray();
  }

  private static double[] doubles(JsonNode rows) {
    return rows.valueStream()
        .flatMap(JsonNode::valueStream)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }
}
