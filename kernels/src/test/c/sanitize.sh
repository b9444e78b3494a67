#!/bin/sh
# Runs the C kernels on random shapes under AddressSanitizer and UndefinedBehaviorSanitizer.
#
#   sanitize.sh [SECONDS]     of each kernel, 10 if left out
#   CC                        the compiler, cc if not set
set -eu

here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
main=$here/../../main/c
cc=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! grep -q avx512_bf16 /proc/cpuinfo 2>/dev/null; then
  echo "Left out: this processor has no AVX-512 with BF16."
  exit 0
fi
if ! echo 'int main(void) { return 0; }' |
  "$cc" -fsanitize=address,undefined -x c - -o "$work/probe" 2>/dev/null; then
  echo "Left out: $cc has no AddressSanitizer and UndefinedBehaviorSanitizer here."
  exit 0
fi
for name in latent_decode prefill indexer top_k product; do
  "$cc" -std=gnu11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Wall -Wextra -DLEVEL=avx512bf16 \
    -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512bf16 -mavx512vnni -mfma -mbmi2 \
    -o "$work/fuzz_$name" "$here/fuzz_$name.c" "$main"/kernels/"$name"*.c -lm
  "$work/fuzz_$name" "${1:-10}"
done
