#!/usr/bin/env bash
# Fuzzes for a while with seeds of its own, under AddressSanitizer and UndefinedBehaviorSanitizer; a seed that breaks
# something is printed and runs again with: target/c/fuzz_NAME SEED RUNS.
# With clang on the machine the same targets run under libFuzzer, which looks where the code goes.
# Usage: fuzz.sh [SECONDS]
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
seconds=${1:-60}
out=$here/target/c

with_libfuzzer() {
    local sanitizers=-fsanitize=fuzzer,address,undefined target
    local common=("$here"/src/test/c/stub.c)
    for source in "$here"/src/main/c/*.c; do
        [ "$(basename "$source")" = clock.c ] || common+=("$source")
    done
    for target in text calls; do
        mkdir -p "$out/corpus_$target"
        clang -std=gnu11 -g -O1 "$sanitizers" -fno-sanitize-recover=all -o "$out/libfuzzer_$target" \
            "$here/src/test/c/fuzz_$target.c" "${common[@]}" -lm -pthread
        "$out/libfuzzer_$target" -max_total_time=$((seconds / 2)) -max_len=2048 "$out/corpus_$target"
    done
}

if command -v clang >/dev/null; then
    with_libfuzzer
    exit
fi
"$here/check.sh" "$out" build
end=$((SECONDS + seconds))
seed=$(date +%s)
while [ $SECONDS -lt $end ]; do
    for run in "text 100000" "calls 20000"; do
        read -r target inputs <<<"$run"
        "$out/fuzz_$target" "$seed" "$inputs" "$out/fuzz_$target.last" ||
            { echo "broken by: $out/fuzz_$target $seed $inputs"; exit 1; }
    done
    seed=$((seed + 1))
done
