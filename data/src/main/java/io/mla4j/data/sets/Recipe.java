package io.mla4j.data.sets;

import io.mla4j.data.DataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How one data set is made from its original files. */
sealed interface Recipe {

  DataSet about();

  /** What the rows are made of, for the record. */
  List<KnownFile> inputs();

  /**
   * Reads and verifies the original files and makes the rows.
   *
   * @param from a folder or archive; absent to fetch it
   * @throws DataException if they cannot be had or are not the original ones
   */
  Rows make(Optional<Path> from, Consumer<String> progress);

  /** A set that a person brings: it comes from no package client. */
  sealed interface Brought extends Recipe
      permits Trec, Sst2, Banking77, StsBenchmark, TinyShakespeare {

    Rows make(OriginalFiles files);

    @Override
    default Rows make(Optional<Path> from, Consumer<String> progress) {
      Path given =
          from.orElseThrow(
              () ->
                  new DataException(
                      about().name() + " is not fetched by itself. " + about().obtain()));
      progress.accept("Reading " + given + ".");
      return make(OriginalFiles.read(given, this::wants));
    }

    private boolean wants(String path, long bytes) {
      return inputs().stream()
          .anyMatch(known -> path.endsWith("/" + known.path()) && bytes <= known.bytes());
    }
  }

  /** A set that can be fetched. */
  sealed interface Fetched extends Recipe permits SpamAssassin {}
}
