package io.mla4j.training;

import io.mla4j.checkpoint.Described;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the best model so far is kept, with all that is needed to use it. */
record KeptModel(ModelFolder folder, Tokenizer tokenizer, Provenance provenance) {

  <M extends Module & Described> void write(M model) {
    tokenizer.write(folder.tokenizerFile());
    folder.writeConfig(model.description(), provenance);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.namedParameters().forEach((name, p) -> tensors.put(name, p.value()));
    folder.writeWeights(tensors);
  }
}
