package io.mla4j.nn.attention;

import io.mla4j.tensor.LatentKeys;

/** Rows {@code [latent | rotary key]} in one piece. */
final class ContiguousLatentCache implements LatentCache {

  private final GrowingTensor rows = new GrowingTensor();
  private final long rank;

  ContiguousLatentCache(long rank) {
    this.rank = rank;
  }

  @Override
  public void append(LatentKeys tokens) {
    rows.append(tokens.packed());
  }

  @Override
  public LatentKeys keys() {
    return new LatentKeys.Rows(rows.contents(), rank);
  }

  @Override
  public long length() {
    return rows.length();
  }

  @Override
  public void forgetLast(long tokens) {
    rows.forgetLast(tokens);
  }

  @Override
  public void close() {
    rows.close();
  }
}
