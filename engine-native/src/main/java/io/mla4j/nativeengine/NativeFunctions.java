package io.mla4j.nativeengine;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;

/** The operations of a tensor, each handed to the part of the engine that has it. */
abstract class NativeFunctions implements Tensor {

  @Override
  public abstract NativeEngine engine();

  abstract NativeTensor self();

  // Arithmetic

  @Override
  public Tensor add(Tensor other) {
    return engine().arithmetic().binary(BinaryOp.ADD, self(), NativeTensor.of(other));
  }

  @Override
  public Tensor sub(Tensor other) {
    return engine().arithmetic().binary(BinaryOp.SUB, self(), NativeTensor.of(other));
  }

  @Override
  public Tensor mul(Tensor other) {
    return engine().arithmetic().binary(BinaryOp.MUL, self(), NativeTensor.of(other));
  }

  @Override
  public Tensor div(Tensor other) {
    return engine().arithmetic().binary(BinaryOp.DIV, self(), NativeTensor.of(other));
  }

  @Override
  public Tensor add(double scalar) {
    return engine().arithmetic().binary(BinaryOp.ADD, self(), scalar);
  }

  @Override
  public Tensor mul(double scalar) {
    return engine().arithmetic().binary(BinaryOp.MUL, self(), scalar);
  }

  @Override
  public Tensor exp() {
    return engine().arithmetic().unary(UnaryOp.EXP, self());
  }

  @Override
  public Tensor log() {
    return engine().arithmetic().unary(UnaryOp.LOG, self());
  }

  @Override
  public Tensor sqrt() {
    return engine().arithmetic().unary(UnaryOp.SQRT, self());
  }

  @Override
  public Tensor sin() {
    return engine().arithmetic().unary(UnaryOp.SIN, self());
  }

  @Override
  public Tensor cos() {
    return engine().arithmetic().unary(UnaryOp.COS, self());
  }

  @Override
  public Tensor tanh() {
    return engine().arithmetic().unary(UnaryOp.TANH, self());
  }

  @Override
  public Tensor erf() {
    return engine().arithmetic().unary(UnaryOp.ERF, self());
  }

  @Override
  public Tensor sigmoid() {
    return engine().arithmetic().unary(UnaryOp.SIGMOID, self());
  }

  @Override
  public Tensor maximum(Tensor other) {
    return engine().arithmetic().binary(BinaryOp.MAX, self(), NativeTensor.of(other));
  }

  @Override
  public Tensor minimum(Tensor other) {
    return engine().plainFunctions().minimum(self(), NativeTensor.of(other));
  }

  @Override
  public Tensor clamp(double lowest, double highest) {
    return engine().plainFunctions().clamp(self(), lowest, highest);
  }

  @Override
  public Tensor abs() {
    return engine().plainFunctions().abs(self());
  }

  @Override
  public Tensor round() {
    return engine().plainFunctions().floating("round", self(), Math::rint);
  }

  @Override
  public Tensor floor() {
    return engine().plainFunctions().floating("floor", self(), Math::floor);
  }

  @Override
  public Tensor pow(double exponent) {
    return engine().plainFunctions().floating("pow", self(), x -> Math.pow(x, exponent));
  }

  // Comparison

  @Override
  public Tensor lt(Tensor other) {
    return engine().comparison().lessThan(self(), NativeTensor.of(other));
  }

  @Override
  public Tensor eq(Tensor other) {
    return engine().comparison().equal(self(), NativeTensor.of(other));
  }

  @Override
  public Tensor ge(Tensor other) {
    return TensorScope.call(() -> Tensor.super.ge(other));
  }

  @Override
  public Tensor le(Tensor other) {
    return TensorScope.call(() -> Tensor.super.le(other));
  }

  @Override
  public Tensor not() {
    return engine().comparison().not(self());
  }

  @Override
  public Tensor and(Tensor other) {
    return engine().comparison().and(self(), NativeTensor.of(other));
  }

  @Override
  public Tensor or(Tensor other) {
    return engine().comparison().or(self(), NativeTensor.of(other));
  }

  @Override
  public Tensor xor(Tensor other) {
    return engine().comparison().xor(self(), NativeTensor.of(other));
  }

  @Override
  public Tensor where(Tensor condition, Tensor other) {
    return engine().comparison().where(self(), NativeTensor.of(condition), NativeTensor.of(other));
  }

  @Override
  public Tensor maskedFill(Tensor mask, double value) {
    return engine().comparison().maskedFill(self(), NativeTensor.of(mask), value);
  }

  // Reductions

  @Override
  public Tensor sum(int dimension) {
    return engine().reduction().sum(self(), shape().axis(dimension));
  }

  @Override
  public Tensor sum() {
    return TensorScope.call(Tensor.super::sum);
  }

  @Override
  public Tensor mean(int dimension) {
    return TensorScope.call(() -> Tensor.super.mean(dimension));
  }

  @Override
  public Tensor max(int dimension) {
    return engine().reduction().max(self(), shape().axis(dimension));
  }

  @Override
  public Tensor min(int dimension) {
    return engine().reduction().min(self(), shape().axis(dimension));
  }

  @Override
  public Tensor argmax(int dimension) {
    return engine().reduction().argmax(self(), shape().axis(dimension));
  }

  @Override
  public Tensor cumulativeSum(int dimension) {
    return engine().ordering().cumulativeSum(self(), shape().axis(dimension));
  }

  // Order

  @Override
  public Ranked topK(int k) {
    return engine().ordering().topK(self(), k);
  }

  @Override
  public Ranked sort(int dimension, boolean descending) {
    return engine().ordering().sort(self(), shape().axis(dimension), descending);
  }

  // Elements by index

  @Override
  public Tensor indexSelect(int dimension, Tensor indices) {
    return engine().indexing().select(self(), shape().axis(dimension), NativeTensor.of(indices));
  }

  @Override
  public Tensor gather(int dimension, Tensor indices) {
    return engine().indexing().gather(self(), shape().axis(dimension), NativeTensor.of(indices));
  }

  @Override
  public Tensor indexAdd(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    return engine()
        .scattering()
        .slices(self(), axis, NativeTensor.of(indices), NativeTensor.of(source), true);
  }

  @Override
  public Tensor indexCopy(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    return engine()
        .scattering()
        .slices(self(), axis, NativeTensor.of(indices), NativeTensor.of(source), false);
  }

  @Override
  public Tensor scatter(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    return engine()
        .scattering()
        .elements(self(), axis, NativeTensor.of(indices), NativeTensor.of(source), false);
  }

  @Override
  public Tensor scatterAdd(int dimension, Tensor indices, Tensor source) {
    int axis = shape().axis(dimension);
    return engine()
        .scattering()
        .elements(self(), axis, NativeTensor.of(indices), NativeTensor.of(source), true);
  }
}
