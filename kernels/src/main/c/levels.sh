# Which levels of processor the C kernels are compiled for, the lowest first, and the compiler's flags
# for them; see Level in io.mla4j.kernels.nativecode. Read by build.sh and the tests in C.

levels_of() {
  case $1 in
    x86_64) echo avx2 avx512 avx512bf16 amx ;;
    aarch64) echo neon dotprod i8mm ;;
  esac
}

flags_of() {
  case $1 in
    avx2) echo "-mavx2 -mfma -mf16c -mbmi2" ;;
    avx512) echo "$(flags_of avx2) -mavx512f -mavx512bw -mavx512vl -mavx512dq" ;;
    avx512bf16) echo "$(flags_of avx512) -mavx512bf16 -mavx512vnni" ;;
    amx) echo "$(flags_of avx512bf16) -mamx-tile -mamx-bf16 -mamx-int8" ;;
    neon) echo "-march=armv8-a" ;;
    dotprod) echo "-march=armv8.2-a+dotprod" ;;
    i8mm) echo "-march=armv8.2-a+dotprod+i8mm" ;;
  esac
}
