#!/bin/sh
# Runs the C kernels on random shapes under AddressSanitizer and UndefinedBehaviorSanitizer, at every
# level that this processor has.
#
#   sanitize.sh [SECONDS]     of each kernel and level, 10 if left out
#   CC                        the compiler, cc if not set
set -eu

here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
cc=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/fuzzers.sh"

if ! echo 'int main(void) { return 0; }' |
  "$cc" -fsanitize=address,undefined -x c - -o "$work/probe" 2>/dev/null; then
  echo "Left out: $cc has no AddressSanitizer and UndefinedBehaviorSanitizer here."
  exit 0
fi
"$cc" -o "$work/levels" "$here/levels.c" "$main/cpu.c"
for level in $("$work/levels"); do
  fuzz "$level" "${1:-10}" "" "$cc" -O1 -fsanitize=address,undefined
done
