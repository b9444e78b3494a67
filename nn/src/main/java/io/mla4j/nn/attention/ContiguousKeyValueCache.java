package io.mla4j.nn.attention;

import io.mla4j.tensor.Tensor;

/** Keys and values in one piece each. */
final class ContiguousKeyValueCache implements KeyValueCache {

  private final GrowingTensor keys = new GrowingTensor();
  private final GrowingTensor values = new GrowingTensor();

  @Override
  public void append(Tensor moreKeys, Tensor moreValues) {
    keys.append(moreKeys);
    values.append(moreValues);
  }

  @Override
  public Tensor keys() {
    return keys.contents();
  }

  @Override
  public Tensor values() {
    return values.contents();
  }

  @Override
  public long length() {
    return keys.length();
  }

  @Override
  public void forgetLast(long tokens) {
    keys.forgetLast(tokens);
    values.forgetLast(tokens);
  }

  @Override
  public void close() {
    keys.close();
    values.close();
  }
}
