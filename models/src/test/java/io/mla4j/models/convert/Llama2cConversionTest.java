package io.mla4j.models.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.causal.LanguageModel;
import io.mla4j.models.convert.Llama2cConversion.Converted;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Llama2cConversionTest {

  private static final int[] IDS = {1, 270, 5, 300, 261, 261, 17, 318, 2, 40};
  private static final double TOLERANCE = 2e-5;

  @TempDir Path folder;

  static Stream<Arguments> headers() {
    int tokens = Llama2cFiles.VOCABULARY;
    return Stream.of(
            new Llama2cHeader(12, 20, 2, 3, 1, tokens, false, 32),
            new Llama2cHeader(16, 11, 3, 4, 2, tokens, true, 10),
            new Llama2cHeader(6, 5, 1, 1, 1, tokens, true, 16))
        .flatMap(
            header -> Stream.of("torch", "native").map(engine -> Arguments.of(header, engine)));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void givesTheLogitsOfRunC(Llama2cHeader header, String engineName) {
    byte[] bytes = Llama2cFiles.checkpoint(header, 21);
    Converted converted = conversion(bytes).write(folder.resolve("model"), done -> {});
    assertEquals(header, converted.header());
    try (Engine engine = Engines.start(engineName);
        LanguageModel model =
            LanguageModel.open(folder.resolve("model"), engine, Optional.empty())) {
      double[] expected = new RunC(header, bytes).logits(IDS);
      assertArrayEquals(expected, logits(model.model()), TOLERANCE * largest(expected));
    }
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }

  private static double[] logits(CausalModel model) {
    long[] ids = Arrays.stream(IDS).asLongStream().toArray();
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad();
        ForwardPass pass = model.pass(ids.length)) {
      return model.forward(model.engine().ofLongs(ids, 1, ids.length), pass).toDoubles();
    }
  }

  private Llama2cConversion conversion(byte[] checkpoint) {
    return conversion(checkpoint, Llama2cFiles.tokenizer(Llama2cFiles.pieces()));
  }

  private Llama2cConversion conversion(byte[] checkpoint, byte[] tokenizer) {
    Llama2cFiles.write(folder.resolve("model.bin"), checkpoint);
    Llama2cFiles.write(folder.resolve("tokenizer.bin"), tokenizer);
    return new Llama2cConversion(folder.resolve("model.bin"), folder.resolve("tokenizer.bin"));
  }

  /** llama2.c's forward pass in float64, with rotary pairs side by side as its file has them. */
  private static final class RunC {

    private final Llama2cHeader header;
    private final ByteBuffer bytes;
    private final double[] table;
    private final double[] attentionNorm;
    private final double[] queries;
    private final double[] keys;
    private final double[] values;
    private final double[] outputs;
    private final double[] networkNorm;
    private final double[] gates;
    private final double[] downs;
    private final double[] ups;
    private final double[] lastNorm;
    private final double[] classifier;

    RunC(Llama2cHeader header, byte[] file) {
      this.header = header;
      this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(28);
      int dim = header.dim();
      int layers = header.layers();
      int keyValue = dim / header.heads() * header.keyValueHeads();
      table = next(header.vocabSize() * dim);
      attentionNorm = next(layers * dim);
      queries = next(layers * dim * dim);
      keys = next(layers * dim * keyValue);
      values = next(layers * dim * keyValue);
      outputs = next(layers * dim * dim);
      networkNorm = next(layers * dim);
      gates = next(layers * header.hiddenDim() * dim);
      downs = next(layers * header.hiddenDim() * dim);
      ups = next(layers * header.hiddenDim() * dim);
      lastNorm = next(dim);
      next(header.seqLen() * (dim / header.heads()));
      classifier = header.ownClassifier() ? next(header.vocabSize() * dim) : table;
    }

    private double[] next(int count) {
      double[] next = new double[count];
      Arrays.setAll(next, i -> bytes.getFloat());
      return next;
    }

    double[] logits(int[] ids) {
      int dim = header.dim();
      List<List<double[]>> keyCaches = new ArrayList<>();
      List<List<double[]>> valueCaches = new ArrayList<>();
      for (int layer = 0; layer < header.layers(); layer++) {
        keyCaches.add(new ArrayList<>());
        valueCaches.add(new ArrayList<>());
      }
      double[] all = new double[ids.length * header.vocabSize()];
      for (int at = 0; at < ids.length; at++) {
        double[] x = Arrays.copyOfRange(table, ids[at] * dim, (ids[at] + 1) * dim);
        for (int layer = 0; layer < header.layers(); layer++) {
          attend(x, layer, at, keyCaches.get(layer), valueCaches.get(layer));
          pass(x, layer);
        }
        double[] row = product(classifier, 0, header.vocabSize(), normed(x, lastNorm, 0));
        System.arraycopy(row, 0, all, at * row.length, row.length);
      }
      return all;
    }

    private void attend(
        double[] x, int layer, int at, List<double[]> keyCache, List<double[]> valueCache) {
      int width = header.dim() / header.heads();
      int keyValue = width * header.keyValueHeads();
      double[] normed = normed(x, attentionNorm, layer);
      double[] query = product(queries, layer, header.dim(), normed);
      double[] key = product(keys, layer, keyValue, normed);
      rotate(query, width, at);
      rotate(key, width, at);
      keyCache.add(key);
      valueCache.add(product(values, layer, keyValue, normed));
      double[] mixed = new double[header.dim()];
      for (int head = 0; head < header.heads(); head++) {
        int shared = head / (header.heads() / header.keyValueHeads()) * width;
        double[] weights = new double[at + 1];
        double sum = 0;
        for (int t = 0; t <= at; t++) {
          double score = 0;
          for (int i = 0; i < width; i++) {
            score += query[head * width + i] * keyCache.get(t)[shared + i];
          }
          weights[t] = Math.exp(score / Math.sqrt(width));
          sum += weights[t];
        }
        for (int t = 0; t <= at; t++) {
          for (int i = 0; i < width; i++) {
            mixed[head * width + i] += weights[t] / sum * valueCache.get(t)[shared + i];
          }
        }
      }
      add(x, product(outputs, layer, header.dim(), mixed));
    }

    private void pass(double[] x, int layer) {
      double[] normed = normed(x, networkNorm, layer);
      double[] gate = product(gates, layer, header.hiddenDim(), normed);
      double[] up = product(ups, layer, header.hiddenDim(), normed);
      for (int i = 0; i < gate.length; i++) {
        gate[i] *= up[i] / (1 + Math.exp(-gate[i]));
      }
      add(x, product(downs, layer, header.dim(), gate));
    }

    private static void rotate(double[] rows, int width, int at) {
      for (int i = 0; i < rows.length; i += 2) {
        double angle = at * Math.pow(10_000, -(double) (i % width) / width);
        double even = rows[i];
        rows[i] = even * Math.cos(angle) - rows[i + 1] * Math.sin(angle);
        rows[i + 1] = even * Math.sin(angle) + rows[i + 1] * Math.cos(angle);
      }
    }

    private static double[] normed(double[] x, double[] weights, int layer) {
      double square = Arrays.stream(x).map(each -> each * each).sum() / x.length;
      double[] normed = new double[x.length];
      Arrays.setAll(normed, i -> weights[layer * x.length + i] * x[i] / Math.sqrt(square + 1e-5));
      return normed;
    }

    private static double[] product(double[] matrices, int layer, int rows, double[] x) {
      double[] y = new double[rows];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < x.length; i++) {
          y[row] += matrices[(layer * rows + row) * x.length + i] * x[i];
        }
      }
      return y;
    }

    private static void add(double[] x, double[] more) {
      Arrays.setAll(x, i -> x[i] + more[i]);
    }
  }

  @Test
  void tellsHowFarItIsAndWritesTheSameBytesAgain() throws IOException {
    List<Long> told = new ArrayList<>();
    Llama2cConversion conversion = conversion(sound());
    conversion.write(folder.resolve("a"), told::add);
    assertEquals(told.stream().sorted().toList(), told);
    assertEquals(conversion.bytes(), told.getLast());
    Files.createDirectory(folder.resolve("b")); // an empty folder may be there
    conversion.write(folder.resolve("b"), done -> {});
    try (Stream<Path> files = Files.list(folder.resolve("a"))) {
      for (Path file : files.toList()) {
        assertEquals(-1, Files.mismatch(file, folder.resolve("b").resolve(file.getFileName())));
      }
    }
  }

  private static byte[] sound() {
    return Llama2cFiles.checkpoint(
        new Llama2cHeader(12, 20, 2, 3, 1, Llama2cFiles.VOCABULARY, false, 32), 1);
  }

  @Test
  void checkpointsThatAreNoneAreRefused() {
    byte[] whole = sound();
    for (int length : new int[] {28, 1000, whole.length - 1}) {
      refused(Arrays.copyOf(whole, length), "%,d bytes".formatted(length), "cut short");
    }
    refused(Arrays.copyOf(whole, 27), "27 bytes", "header");
    refused(new byte[0], "0 bytes");
    refused(Arrays.copyOf(whole, whole.length + 4), "it is another");
    refused(with(whole, 0, 0x616b3432), "version 20", "--version 0");
    refused(with(whole, 0, 0), "sizes are 1 or more");
    refused(with(whole, 5, Integer.MIN_VALUE), "sizes are 1 or more");
    refused(with(whole, 3, 5), "12", "5 heads of an even width");
    refused(with(whole, 4, 2), "3 heads do not share 2");
    refused(with(with(with(whole, 0, 1 << 30), 3, 2), 4, 2), "1,073,741,824");
    byte[] text = "It was a dark and stormy night; the rain fell.".getBytes();
    refused(text, "llama2.c");
  }

  private static byte[] with(byte[] whole, int index, int number) {
    byte[] changed = whole.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * index, number);
    return changed;
  }

  private void refused(byte[] checkpoint, String... words) {
    refused(conversion(checkpoint), words);
  }

  private void refused(Llama2cConversion conversion, String... words) {
    Path to = folder.resolve("to");
    String message =
        assertThrows(CheckpointException.class, () -> conversion.write(to, done -> {}))
            .getMessage();
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
    for (String word : words) {
      assertTrue(message.contains(word), "'" + word + "' in: " + message);
    }
    assertFalse(Files.exists(to));
  }

  @Test
  void tokenizersThatAreNoneAreRefused() {
    byte[] whole = Llama2cFiles.tokenizer(Llama2cFiles.pieces());
    refused(conversion(sound(), new byte[3]), "only 3 bytes");
    refused(conversion(sound(), Arrays.copyOf(whole, whole.length - 1)), "cut short in token 318");
    refused(conversion(sound(), Arrays.copyOf(whole, 50)), "cut short in token");
    refused(conversion(sound(), Arrays.copyOf(whole, 17)), "fewer than the 319 tokens");
    refused(conversion(sound(), Arrays.copyOf(whole, whole.length + 9)), "more than the 319");
    refused(conversion(sound(), with(whole, 2, -1)), "token 0 has -1 bytes");
    refused(conversion(sound(), with(whole, 2, 33)), "token 0 has 33 bytes, of at most 32");
    refused(conversion(sound(), with(whole, 1, 0x7fc00000)), "score NaN");
    var pieces = new ArrayList<>(Llama2cFiles.pieces());
    pieces.set(7, new Llama2cVocabulary.Piece("x", 0));
    refused(conversion(sound(), Llama2cFiles.tokenizer(pieces)), "token 7 is 'x' and not <0x04>");
    pieces = new ArrayList<>(Llama2cFiles.pieces());
    pieces.set(300, pieces.get(301));
    refused(conversion(sound(), Llama2cFiles.tokenizer(pieces)), "twice");
    byte[] malformed = whole.clone();
    malformed[12] = (byte) 0xff;
    refused(conversion(sound(), malformed), "token 0 is not text");
  }

  @Test
  void missingFilesAreNamed() {
    Path none = folder.resolve("none.bin");
    conversion(sound());
    refused(
        new Llama2cConversion(none, folder.resolve("tokenizer.bin")), "checkpoint file", "none");
    refused(new Llama2cConversion(folder.resolve("model.bin"), none), "tokenizer file", "none.bin");
  }

  @Test
  void whatIsThereIsNotOverwritten() throws IOException {
    Llama2cConversion conversion = conversion(sound());
    Path to = Files.createDirectory(folder.resolve("full"));
    Files.writeString(to.resolve("config.json"), "precious");
    String message =
        assertThrows(CheckpointException.class, () -> conversion.write(to, done -> {}))
            .getMessage();
    assertTrue(message.contains("new or empty"), message);
    assertEquals("precious", Files.readString(to.resolve("config.json")));
    Path file = folder.resolve("model.bin");
    assertThrows(CheckpointException.class, () -> conversion.write(file, done -> {}));
  }

  /** What fails half-way, here in the progress, leaves nothing behind. */
  @Test
  void aFailureLeavesNothing() throws IOException {
    Llama2cConversion conversion = conversion(sound());
    assertThrows(
        IllegalStateException.class,
        () ->
            conversion.write(
                folder.resolve("to"),
                done -> {
                  throw new IllegalStateException("stop");
                }));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("model.bin", "tokenizer.bin"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
