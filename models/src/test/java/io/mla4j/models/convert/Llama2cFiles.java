package io.mla4j.models.convert;

import io.mla4j.models.convert.Llama2cVocabulary.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small files as llama2.c writes them. */
public final class Llama2cFiles {

  static final int VOCABULARY = 259 + 60;

  private Llama2cFiles() {}

  /** A model of random weights that small texts can be given to, as a converted folder. */
  public static Path convertedModel(Path folder) {
    Path checkpoint = folder.resolve("model.bin");
    Path tokenizer = folder.resolve("tokenizer.bin");
    write(checkpoint, checkpoint(new Llama2cHeader(12, 20, 2, 3, 1, VOCABULARY, false, 64), 5));
    write(tokenizer, tokenizer(pieces()));
    new Llama2cConversion(checkpoint, tokenizer).write(folder.resolve("model"), bytes -> {});
    return folder.resolve("model");
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** All random, the tables of cosines and sines too: nothing may read them. */
  static byte[] checkpoint(Llama2cHeader header, long seed) {
    Random random = new Random(seed);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(header.fileBytes())).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(header.dim()).putInt(header.hiddenDim()).putInt(header.layers());
    bytes.putInt(header.heads()).putInt(header.keyValueHeads());
    bytes.putInt(header.ownClassifier() ? -header.vocabSize() : header.vocabSize());
    bytes.putInt(header.seqLen());
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian() * 0.4f);
    }
    return bytes.array();
  }

  static byte[] tokenizer(List<Piece> pieces) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little().putInt(32).array());
    for (Piece piece : pieces) {
      byte[] text = piece.text().getBytes(StandardCharsets.UTF_8);
      out.writeBytes(little().putFloat(piece.score()).array());
      out.writeBytes(little().putInt(text.length).array());
      out.writeBytes(text);
    }
    return out.toByteArray();
  }

  private static ByteBuffer little() {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Merges of growing length, with more than one way to some of them, then single characters. */
  static List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (String special : List.of("<unk>", "\n<s>\n", "\n</s>\n")) {
      pieces.add(new Piece(special, 0));
    }
    for (int value = 0; value < 256; value++) {
      pieces.add(new Piece(Llama2cVocabulary.spelled(value), 0));
    }
    String merges = "| t|he| a|nd| the|an| and|th|the|ab|ba|aba|abab|bab|  |    |中文|éa|";
    String characters = " abcdefghijklmnopqrstuvwxyz.,!ABCDE中文é";
    List<String> texts = new ArrayList<>();
    for (String merge : merges.substring(1).split("\\|")) {
      texts.add(merge);
    }
    characters.codePoints().mapToObj(Character::toString).forEach(texts::add);
    for (int i = 0; pieces.size() < VOCABULARY; i++) {
      pieces.add(new Piece(i < texts.size() ? texts.get(i) : "<filler " + i + ">", -i));
    }
    return pieces;
  }
}
