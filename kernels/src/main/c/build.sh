#!/bin/sh
# Compiles the C twins of the kernels into one library, once for every level of processor that the
# compiler knows. A build without a C compiler goes on: the kernels then run in Java.
#
#   build.sh OUT     writes OUT/PLATFORM/libmla4j-kernels.so, or OUT/PLATFORM/missing.txt, which
#                    says why there is none
#   CC               the compiler, cc if not set; one for another machine builds that one's library
set -eu

here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
out=$1
cc=${CC:-cc}
system=$(uname -s | tr '[:upper:]' '[:lower:]')
if command -v "$cc" >/dev/null 2>&1; then
  machine=$("$cc" -dumpmachine | cut -d- -f1)
else
  machine=$(uname -m)
fi
case $machine in
  amd64) machine=x86_64 ;;
  arm64) machine=aarch64 ;;
esac
folder=$out/$system-$machine
library=$folder/libmla4j-kernels.so

give_up() {
  rm -f "$library"
  mkdir -p "$folder"
  printf '%s\n' "$1" >"$folder/missing.txt"
  printf 'The C kernels are left out: %s\n' "$1" >&2
  exit 0
}

flags_of() {
  case $1 in
    avx2) echo "-mavx2 -mfma -mf16c -mbmi2" ;;
    avx512) echo "$(flags_of avx2) -mavx512f -mavx512bw -mavx512vl -mavx512dq" ;;
    avx512bf16) echo "$(flags_of avx512) -mavx512bf16 -mavx512vnni" ;;
    neon) echo "-march=armv8-a" ;;
    dotprod) echo "-march=armv8.2-a+dotprod" ;;
    i8mm) echo "-march=armv8.2-a+dotprod+i8mm" ;;
  esac
}

levels() {
  case $machine in
    x86_64) echo avx2 avx512 avx512bf16 ;;
    aarch64) echo neon dotprod i8mm ;;
  esac
}

is_fresh() {
  [ -f "$library" ] && [ -z "$(find "$here" -newer "$library")" ]
}

[ -n "$(levels)" ] || give_up "there are none for $machine yet."
! is_fresh || exit 0
command -v "$cc" >/dev/null 2>&1 ||
  give_up "there was no C compiler when this was built; install gcc or clang, or set CC."
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
common="-std=gnu11 -O3 -fPIC -fvisibility=hidden -fno-math-errno -ffp-contract=fast -Wall -Wextra"
compiled=
for level in $(levels); do
  # An old compiler may not know a level; the ones it knows are used.
  # shellcheck disable=SC2046
  if echo 'int x;' | "$cc" $(flags_of "$level") -x c -c - -o "$objects/probe.o" 2>/dev/null; then
    for source in "$here"/kernels/*.c; do
      # shellcheck disable=SC2086,SC2046
      "$cc" $common $(flags_of "$level") -DLEVEL="$level" -c "$source" \
        -o "$objects/$(basename "$source" .c)-$level.o"
    done
    compiled="$compiled $level"
  fi
done
[ -n "$compiled" ] || give_up "$cc knows none of the levels$(printf ' %s' $(levels))."
# shellcheck disable=SC2086
"$cc" $common -c "$here/cpu.c" -o "$objects/cpu.o"
mkdir -p "$folder"
rm -f "$folder/missing.txt"
"$cc" -shared -o "$library.new" "$objects"/*.o -lm
mv "$library.new" "$library"
