package io.mla4j.models.convert;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.TensorSource;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.causal.CausalFamilies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model of llama2.c as a folder that this library and Hugging Face's transformers open as a
 * Llama.
 *
 * @param checkpoint a legacy checkpoint
 * @param tokenizer the {@code tokenizer.bin} it was trained with
 */
public record Llama2cConversion(Path checkpoint, Path tokenizer) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final long SHARD_BYTES = 5_000_000_000L;

  /**
   * What was written.
   *
   * @param header of the checkpoint
   * @param parameters numbers in all its tensors
   */
  public record Converted(Llama2cHeader header, long parameters) {}

  /**
   * Writes the folder whole or not at all: beside its place, then renamed.
   *
   * @param folder that is not there yet, or empty
   * @param progress told how many bytes of weights are written
   * @throws CheckpointException if a file is not what it should be, or something is there already
   */
  public Converted write(Path folder, LongConsumer progress) {
    requireFree(folder);
    try (Llama2cCheckpoint opened = Llama2cCheckpoint.open(checkpoint)) {
      Llama2cHeader header = opened.header();
      Llama2cVocabulary vocabulary = Llama2cVocabulary.read(tokenizer, header.vocabSize());
      Path place = folder.toAbsolutePath().normalize();
      Path temporary = place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID());
      try {
        write(opened, vocabulary, temporary, progress);
        Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException failure) {
        throw new UncheckedIOException("Could not write " + folder + ": " + failure + ".", failure);
      } finally {
        deleteQuietly(temporary);
      }
      return new Converted(header, bytes(opened) / Float.BYTES);
    }
  }

  /** Bytes of weights to be written. */
  public long bytes() {
    try (Llama2cCheckpoint opened = Llama2cCheckpoint.open(checkpoint)) {
      return bytes(opened);
    }
  }

  private static long bytes(Llama2cCheckpoint opened) {
    return opened.weights().values().stream().mapToLong(TensorSource::bytes).sum();
  }

  private static void requireFree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.of(folder)) {
      if (files.findAny().isPresent()) {
        throw new CheckpointException(
            "There is something in %s already; name a folder that is new or empty."
                .formatted(folder));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not list " + folder + ": " + failure + ".", failure);
    }
  }

  private static void write(
      Llama2cCheckpoint source, Llama2cVocabulary vocabulary, Path path, LongConsumer progress)
      throws IOException {
    Files.createDirectories(path);
    ModelFolder folder = new ModelFolder(path);
    writeTokenizer(vocabulary, source.header(), folder);
    folder.writeConfig(config(source.header()));
    folder.write(ModelFolder.GENERATION_CONFIG, generation());
    folder.writeWeightSources(
        watched(source.weights(), progress), Map.of("format", "pt"), SHARD_BYTES);
    progress.accept(bytes(source));
  }

  /** Parsed before it is written, so that what is written is known to be read. */
  private static void writeTokenizer(
      Llama2cVocabulary vocabulary, Llama2cHeader header, ModelFolder folder) {
    ObjectNode tree = new SentencePieceJson(vocabulary).tree();
    try (Tokenizer parsed = Tokenizer.parse(tree.toPrettyString() + "\n")) {
      parsed.write(folder.tokenizerFile());
    }
    ObjectNode config = MAPPER.createObjectNode();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("bos_token", "<s>");
    config.put("eos_token", "</s>");
    config.put("unk_token", "<unk>");
    config.put("clean_up_tokenization_spaces", false);
    config.put("model_max_length", header.seqLen());
    folder.write(ModelFolder.TOKENIZER_CONFIG, config);
  }

  private static ObjectNode config(Llama2cHeader header) {
    ObjectNode config = CausalFamilies.write(header.config());
    config.put("bos_token_id", Llama2cVocabulary.BEGIN);
    config.put("eos_token_id", Llama2cVocabulary.END);
    return config;
  }

  /** llama2.c's own models never end a text: the beginning of the next one is its end. */
  private static ObjectNode generation() {
    ObjectNode config = MAPPER.createObjectNode();
    config.put("bos_token_id", Llama2cVocabulary.BEGIN);
    config.putArray("eos_token_id").add(Llama2cVocabulary.BEGIN).add(Llama2cVocabulary.END);
    return config;
  }

  private static Map<String, TensorSource> watched(
      Map<String, TensorSource> weights, LongConsumer progress) {
    long[] written = {0};
    Map<String, TensorSource> watched = new LinkedHashMap<>();
    weights.forEach(
        (name, source) ->
            watched.put(
                name,
                new TensorSource(
                    source.type(),
                    source.shape(),
                    arena -> {
                      progress.accept(written[0]);
                      written[0] += source.bytes();
                      return source.contents().apply(arena);
                    })));
    return watched;
  }

  /** After a failure; what was written has been renamed and is not there. */
  private static void deleteQuietly(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException ignored) {
      // Why writing failed matters more than what is left of it.
    }
  }
}
