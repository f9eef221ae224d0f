#!/usr/bin/env bash
# Builds and runs the tests in C: the parts, the balancer and the logger on a stub Envoy, the vectors shared with Java,
# threads, and a fixed number of fuzzed inputs. With AddressSanitizer and UndefinedBehaviorSanitizer, the threads with
# ThreadSanitizer; where the compiler has none it says so and runs them plain.
# Usage: check.sh OUTPUT_FOLDER [build]: "build" leaves out the runs.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
out=${1:?the folder for what is built is missing}
module=$here/src/main/c
tests=$here/src/test/c
flags=(-std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer)
seed=1
text_inputs=20000
call_inputs=2000

say() { printf 'peak-ewma: %s\n' "$*"; }

compiler=${CC:-cc}
command -v "$compiler" >/dev/null || {
    say "a C compiler is missing for the tests in C: 'apt-get install gcc' on Debian, or set CC"
    exit 1
}

# has FLAG...: whether this compiler makes programs with it that run.
has() {
    echo 'int main(void) { return 0; }' >"$out/probe.c"
    "$compiler" "$@" -o "$out/probe" "$out/probe.c" 2>/dev/null && "$out/probe" 2>/dev/null
}

# objects FOLDER FLAG...: compiles the module for tests, which bring their own clock.
objects() {
    local folder=$out/$1 source name
    shift
    mkdir -p "$folder"
    for source in "$module"/*.c "$tests"/stub.c; do
        name=$(basename "$source" .c)
        [ "$name" != clock ] || continue
        if [ -z "$(find "$folder/$name.o" -newer "$source" -newer "$here/check.sh" 2>/dev/null)" ] ||
            [ -n "$(find "$module" "$tests" -name '*.h' -newer "$folder/$name.o" -print -quit)" ]; then
            "$compiler" "${flags[@]}" "$@" -c -o "$folder/$name.o" "$source"
        fi
    done
}

# program NAME FOLDER FLAGS SOURCE...: links it with the objects.
program() {
    local name=$out/$1 folder=$out/$2 extra=$3
    shift 3
    if [ ! -x "$name" ] || [ -n "$(find "$folder" "$@" "$here/check.sh" -newer "$name" -print -quit)" ]; then
        # shellcheck disable=SC2086
        "$compiler" "${flags[@]}" $extra -o "$name" "$@" "$folder"/*.o -lm -pthread
    fi
}

mkdir -p "$out"
out=$(cd "$out" && pwd)
memory="-fsanitize=address,undefined -fno-sanitize-recover=all"
threads="-fsanitize=thread"
# shellcheck disable=SC2086
has $memory || { say "no AddressSanitizer here: the tests run without"; memory=; }
has $threads || { say "no ThreadSanitizer here: the tests run without"; threads=; }

# shellcheck disable=SC2086
{
    objects memory $memory
    objects threads $threads
}
for name in parse_test waiting_test lb_test log_test vectors; do
    program $name memory "$memory" "$tests/$name.c"
done
program threads_test threads "$threads" "$tests/threads_test.c"
program fuzz_text memory "$memory" "$tests/fuzz_text.c" "$tests/fuzz_main.c"
program fuzz_calls memory "$memory" "$tests/fuzz_calls.c" "$tests/fuzz_main.c"
[ "${2:-}" != build ] || exit 0

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
for name in parse_test waiting_test lb_test log_test threads_test; do
    echo "$name:"
    "$out/$name"
done
echo "vectors:"
"$out/vectors" "$here"/../vectors/*.json
echo "fuzz_text:"
"$out/fuzz_text" $seed $text_inputs "$out/fuzz_text.last"
echo "fuzz_calls:"
"$out/fuzz_calls" $seed $call_inputs "$out/fuzz_calls.last"
