package io.mla4j.nn.feedforward;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mla4j.nn.Initializer;

/**
 * Which member of the feed-forward family: a record, whose name in files {@link
 * io.mla4j.nn.family.FamilyMembers} says.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public interface FeedForwardConfig {

  /**
   * Makes the network.
   *
   * @param width E, of what comes in and goes out
   * @param inner the model's usual inner width; a member may have its own
   * @param outputGain of the last projection, see {@link io.mla4j.nn.Linear}
   */
  FeedForward create(Initializer initializer, int width, int inner, double outputGain);
}
