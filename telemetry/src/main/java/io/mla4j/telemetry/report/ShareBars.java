package io.mla4j.telemetry.report;

import java.util.List;

/**
 * Shares of a whole side by side, group by group, such as the load of experts layer by layer.
 *
 * @param member what has a share, such as {@code Expert}
 */
public record ShareBars(String id, String title, String caption, String member, List<Group> groups)
    implements Section {

  /**
   * Members whose shares add up to 1.
   *
   * @param note what there is to say of them; empty for nothing
   * @param shares of the members 0, 1, 2, …
   */
  public record Group(String name, String note, List<Double> shares) {
    public Group {
      shares = List.copyOf(shares);
    }
  }

  public ShareBars {
    groups = List.copyOf(groups);
  }
}
