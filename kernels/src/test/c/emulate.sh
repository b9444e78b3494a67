#!/bin/sh
# Runs the C kernels for AArch64 on random shapes, on another machine: compiled for it and emulated.
# Undefined behaviour ends a run.
#
#   emulate.sh [SECONDS]      of each kernel and level, 10 if left out
set -eu

here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
cc=aarch64-linux-gnu-gcc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/fuzzers.sh"

emulator=$(command -v qemu-aarch64 || command -v qemu-aarch64-static || true)
if [ -z "$emulator" ] || ! echo 'int main(void) { return 0; }' |
  "$cc" -static -x c - -o "$work/probe" 2>/dev/null; then
  echo "Left out: it takes $cc with the C library for AArch64, and qemu-aarch64."
  exit 0
fi
for level in $(levels_of aarch64); do
  fuzz "$level" "${1:-10}" "$emulator -cpu max" \
    "$cc" -O2 -static -fsanitize=undefined -fsanitize-undefined-trap-on-error
done
