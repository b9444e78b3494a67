# Compiles and runs the fuzzers of the C kernels; read by sanitize.sh and emulate.sh, which set `here`
# and `work`.

main=$here/../../main/c
. "$main/levels.sh"

fuzzers="latent_decode paged_decode prefill indexer top_k encoder product"

# Sources that a fuzzer is linked with.
sources_of() {
  case $1 in
    encoder) for source in attention rows rotary elementwise; do
      echo "$main/kernels/$source.c"
    done ;;
    *) echo "$main"/kernels/"$1"*.c ;;
  esac
}

# fuzz LEVEL SECONDS RUNNER COMPILER FLAG...: all at a level; RUNNER may be empty.
fuzz() {
  level=$1 seconds=$2 runner=$3
  shift 3
  for name in $fuzzers; do
    # shellcheck disable=SC2046
    "$@" -std=gnu11 -g -Wall -Wextra -fno-sanitize-recover=all -DLEVEL="$level" \
      $(flags_of "$level") -o "$work/fuzz" "$here/fuzz_$name.c" $(sources_of "$name") \
      "$main/cpu.c" -lm
    printf '%s at %s: ' "$name" "$level"
    # shellcheck disable=SC2086
    $runner "$work/fuzz" "$seconds"
  done
}
