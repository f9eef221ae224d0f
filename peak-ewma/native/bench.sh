#!/usr/bin/env bash
# Measures a choice and a sample: compiled as the module is, medians of seven rounds of a million.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
out=$here/target/bench
compiler=${CC:-cc}
mkdir -p "$out"
flags=(-std=gnu11 -O2 -fPIC -fvisibility=hidden -Wall -Wextra -Werror)
sources=()
for source in "$here"/src/main/c/*.c; do
    [ "$(basename "$source")" = clock.c ] || sources+=("$source")
done
"$compiler" "${flags[@]}" -Dpe_now=bench_now -Dpe_wall=bench_wall -Dpe_seed=bench_seed -c -o "$out/clock.o" \
    "$here/src/main/c/clock.c"
# What stands for Envoy is compiled apart.
for source in stub bench; do
    "$compiler" "${flags[@]}" -c -o "$out/$source.o" "$here/src/test/c/$source.c"
done
"$compiler" "${flags[@]}" -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o "$out/bench" \
    "$out/bench.o" "$out/stub.o" "${sources[@]}" "$out/clock.o" -lm -pthread
sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | sort | uniq -c | sed 's/^ *\([0-9]*\) /\1 x /'
uname -srm
"$compiler" --version | sed -n 1p
"$out/bench"
