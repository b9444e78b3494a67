#!/bin/sh
# Compiles the CUDA kernels for Hopper GPUs. A build without nvcc goes on: there is then no CUDA.
#
#   build.sh OUT     writes OUT/latent_decode.cubin, or OUT/missing.txt, which says why there is none
#   NVCC             the compiler, nvcc if not set; CUDA 12.3 or newer
set -eu

here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
out=$1
nvcc=${NVCC:-nvcc}
image=$out/latent_decode.cubin

give_up() {
  rm -f "$image"
  mkdir -p "$out"
  printf '%s\n' "$1" >"$out/missing.txt"
  printf 'The CUDA kernels are left out: %s\n' "$1" >&2
  exit 0
}

is_fresh() {
  [ -f "$image" ] && [ -z "$(find "$here" -newer "$image")" ]
}

! is_fresh || exit 0
command -v "$nvcc" >/dev/null 2>&1 ||
  give_up "there was no nvcc when this was built; install the CUDA toolkit, or set NVCC."
"$nvcc" --list-gpu-code 2>/dev/null | grep -q sm_90 ||
  give_up "$nvcc does not know Hopper GPUs, as CUDA 12.3 and newer do."
mkdir -p "$out"
trap 'rm -f "$image.new"' EXIT
"$nvcc" -cubin -std=c++17 -O3 -gencode arch=compute_90a,code=sm_90a \
  -o "$image.new" "$here/latent_decode.cu"
mv "$image.new" "$image"
rm -f "$out/missing.txt"
