package io.mla4j.kernels.product;

/** A piece of a product: some rows and some panels of output channels. */
record Block(long rowFrom, long rowTo, long panelFrom, long panelTo) {

  long rows() {
    return rowTo - rowFrom;
  }
}
