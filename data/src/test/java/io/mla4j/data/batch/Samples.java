package io.mla4j.data.batch;

import io.mla4j.data.text.RowOrigin;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Documents of many lengths, and a tokenizer of single bytes whose ids can be told by hand. */
final class Samples {

  static final int SPECIAL_TOKENS = 2;

  private Samples() {}

  static Tokenizer byteTokenizer() {
    return BpeTrainer.train(List.of(), BpeOptions.ofSize(300), BpeProgress.NONE).tokenizer();
  }

  /** As {@link #byteTokenizer}, with a post-processor that begins every text by the class token. */
  static Tokenizer classTokenAddingTokenizer() {
    String plain = BpeTrainer.train(List.of(), BpeOptions.ofSize(300), BpeProgress.NONE).json();
    ObjectNode file = (ObjectNode) JsonMapper.shared().readTree(plain);
    String processor =
        """
        {"type": "TemplateProcessing", "pair": [],
         "single": [{"SpecialToken": {"id": "<cls>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}}],
         "special_tokens": {"<cls>": {"id": "<cls>", "ids": [1], "tokens": ["<cls>"]}}}
        """;
    file.set("post_processor", JsonMapper.shared().readTree(processor));
    return Tokenizer.parse(file.toString());
  }

  /** The id that {@link #byteTokenizer} gives a visible ASCII character. */
  static int id(char character) {
    return SPECIAL_TOKENS + character - '!';
  }

  static List<TextExample> documents(int count, int longest) {
    Random random = new Random(17);
    List<TextExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = String.valueOf((char) ('a' + i % 26)).repeat(random.nextInt(longest + 1));
      String label = i % 3 == 0 ? "spam" : "ham";
      examples.add(
          new TextExample(text, Optional.of(label), new RowOrigin(Path.of("memory"), i + 1)));
    }
    return examples;
  }

  static Path write(Path file, List<TextExample> examples) throws IOException {
    StringBuilder rows = new StringBuilder("text,label\n");
    for (TextExample example : examples) {
      rows.append('"').append(example.text()).append("\",");
      rows.append(example.label().orElseThrow()).append('\n');
    }
    return Files.writeString(file, rows);
  }
}
