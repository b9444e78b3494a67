#!/bin/sh
# Compiles the C twins of the kernels into one library, once for every level of processor that the
# compiler knows and can compile. A build without a C compiler goes on: the kernels then run in Java.
#
#   build.sh OUT     writes OUT/PLATFORM/libmla4j-kernels.so, or OUT/PLATFORM/missing.txt, which
#                    says why there is none; PLATFORM is as in NativeKernels, such as linux-x86_64 or
#                    darwin-aarch64
#   CC               the compiler, cc if not set; one for another machine builds that one's library
#
# On x86-64 Linux the library for AArch64 is built too, where aarch64-linux-gnu-gcc is installed.
set -eu

here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
. "$here/levels.sh"
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

is_fresh() {
  [ -f "$library" ] && [ -z "$(find "$here" -newer "$library")" ]
}

compile() {
  level=$1
  for source in "$here"/kernels/*.c; do
    # shellcheck disable=SC2086,SC2046
    "$cc" $common $(flags_of "$level") -DLEVEL="$level" -c "$source" \
      -o "$objects/$(basename "$source" .c)-$level.o" || return 0
  done
  : >"$objects/$level.compiled"
}

# Drops a level that does not compile; the kernels run at the others.
require_compiled() {
  if [ -f "$objects/$1.compiled" ]; then
    compiled="$compiled $1"
  else
    rm -f "$objects"/*-"$1".o
    echo "The C kernels for $1 are left out: $cc could not compile them, as it says above." >&2
  fi
}

# The levels as the expression in C that cpu.c takes.
bits_of() {
  echo "$*" | tr '[:lower:] ' '[:upper:]|'
}

# An old compiler may not know a level; the ones it knows are used.
knows() {
  # shellcheck disable=SC2046
  echo 'int x;' | "$cc" $(flags_of "$1") -x c -c - -o "$objects/probe.o" 2>/dev/null
}

build() {
  objects=$(mktemp -d)
  trap 'rm -rf "$objects"' EXIT
  common="-std=gnu11 -O3 -fPIC -fvisibility=hidden -fno-math-errno -ffp-contract=fast -Wall -Wextra"
  known=
  for level in $levels; do
    if knows "$level"; then
      compile "$level" &
      known="$known $level"
    fi
  done
  [ -n "$known" ] || give_up "$cc knows none of the levels $levels."
  wait
  compiled=
  for level in $known; do
    require_compiled "$level"
  done
  [ -n "$compiled" ] || give_up "$cc could compile none of the levels$known."
  # shellcheck disable=SC2086
  "$cc" $common -DCOMPILED="$(bits_of $compiled)" -c "$here/cpu.c" -o "$objects/cpu.o"
  mkdir -p "$folder"
  rm -f "$folder/missing.txt"
  "$cc" -shared -o "$library.new" "$objects"/*.o -lm
  mv "$library.new" "$library"
}

# Nobody has to have the cross compiler, nor all that it needs.
build_for_aarch64() {
  if [ -z "${CC:-}" ] && [ "$system-$machine" = linux-x86_64 ] &&
    command -v aarch64-linux-gnu-gcc >/dev/null 2>&1; then
    CC=aarch64-linux-gnu-gcc sh "$here/build.sh" "$out" ||
      echo "The C kernels for AArch64 are left out: aarch64-linux-gnu-gcc failed." >&2
  fi
}

levels=$(levels_of "$machine")
[ -n "$levels" ] || give_up "there are none for $machine yet."
build_for_aarch64
! is_fresh || exit 0
command -v "$cc" >/dev/null 2>&1 ||
  give_up "there was no C compiler when this was built; install gcc or clang, or set CC."
build
