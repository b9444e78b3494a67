package io.mla4j.cli.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.checkpoint.TensorSource;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParameterGroupTest {

  @TempDir Path folder;

  private static TensorSource floats(int count) {
    byte[] bytes = new byte[4 * count];
    return TensorSource.of(DType.FLOAT32, Shape.of(count), MemorySegment.ofArray(bytes));
  }

  @Test
  void likeLayersAreOneRow() {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < 12; layer++) {
      tensors.put("layers." + layer + ".norm.weight", floats(layer == 5 ? 4 : 3));
    }
    tensors.put("score.bias", floats(2));
    new ModelFolder(folder).writeWeightSources(tensors, Map.of(), 1_000_000);
    try (Safetensors weights = Safetensors.open(folder)) {
      List<ParameterGroup> groups = ParameterGroup.byLayer(weights);
      assertEquals(
          List.of("layers.*.norm.weight", "layers.5.norm.weight", "score.bias"),
          groups.stream().map(ParameterGroup::name).toList());
      assertEquals(
          new ParameterGroup("layers.*.norm.weight", List.of(3L), "F32", 11, 33, 132),
          groups.getFirst());
      assertEquals(13, ParameterGroup.each(weights).size());
    }
  }
}
