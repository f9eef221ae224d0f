#!/usr/bin/env bash
# Compiles libpeakmesh.so for both Linux architectures: this machine's with its own C compiler, the other with zig, which
# pip gets once (zig.lock). Does nothing where the libraries are newer than their sources. With PEAKMESH_MODULE_FOR=own the
# other architecture's is left out where this machine has a compiler: who only tries the mesh need not fetch another.
# Usage: build.sh OUTPUT_FOLDER
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
out=${1:?the folder for the libraries is missing}
cache=${PEAKMESH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/peakmesh}
source=$here/src/main/c

# glibc 2.29 is the first with today's exp(); stock Envoy asks for a newer one.
zig_glibc=2.29
flags=(-std=gnu11 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror
    -Wl,-z,relro,-z,now -Wl,--build-id=none -s "-ffile-prefix-map=$source=.")

say() { printf 'peak-ewma: %s\n' "$*" >&2; }
die() {
    say "$1"
    shift
    for line in "$@"; do printf '           %s\n' "$line" >&2; done
    exit 1
}

own_architecture() {
    case "$(uname -s) $(uname -m)" in
    "Linux x86_64" | "Linux amd64") echo x86_64 ;;
    "Linux aarch64" | "Linux arm64") echo aarch64 ;;
    *) echo none ;;
    esac
}

is_fresh() {
    [ -f "$1" ] && [ -z "$(find "$source" "$here/build.sh" "$here/zig.lock" -type f -newer "$1" -print -quit)" ]
}

# Prints the path of zig, which it gets on first use.
find_zig() {
    local version folder tmp
    version=$(sed -n 's/^ziglang==\([^ ]*\).*/\1/p' "$here/zig.lock")
    folder=$cache/zig-$version
    if [ ! -x "$folder/ziglang/zig" ]; then
        command -v python3 >/dev/null && python3 -m pip --version >/dev/null 2>&1 ||
            die "python3 with pip is missing: it gets zig, the compiler for $1" \
                "Install it: 'apt-get install python3-pip' on Debian, 'brew install python' on macOS."
        say "getting zig $version through pip (98 MB, once)"
        mkdir -p "$cache"
        tmp=$(mktemp -d "$cache/.zig-XXXXXX")
        if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
            --only-binary=:all: --dest "$tmp" --requirement "$here/zig.lock" >"$tmp/log" 2>&1; then
            tail -3 "$tmp/log" >&2
            rm -rf "$tmp"
            die "pip could not get zig $version, the compiler for $1" \
                "Check the network, or pip's proxy and index settings, and build again."
        fi
        mkdir "$tmp/unpacked"
        python3 -m zipfile -e "$tmp"/*.whl "$tmp/unpacked"
        chmod +x "$tmp/unpacked/ziglang/zig"
        # Of two builds at once the later one finds the folder there, and uses it.
        mv -T "$tmp/unpacked" "$folder" 2>/dev/null || mv "$tmp/unpacked" "$folder" 2>/dev/null || true
        rm -rf "$tmp"
    fi
    echo "$folder/ziglang/zig"
}

# compile ARCHITECTURE COMPILER...
compile() {
    local architecture=$1 library=$out/linux-$1/libpeakmesh.so
    shift
    mkdir -p "${library%/*}"
    # From the source folder, by name and in order: no path of this machine reaches the library.
    if ! (cd "$source" && LC_ALL=C "$@" "${flags[@]}" -o "$library.$$" *.c -lm); then
        rm -f "$library.$$"
        die "the module for $architecture does not compile"
    fi
    mv -f "$library.$$" "$library"
}

compile_with_zig() {
    local zig
    zig=$(find_zig "$1")
    export ZIG_GLOBAL_CACHE_DIR=$cache/zig-objects ZIG_LOCAL_CACHE_DIR=$cache/zig-objects
    compile "$1" "$zig" cc -target "$1-linux-gnu.$zig_glibc"
}

mkdir -p "$out"
out=$(cd "$out" && pwd)
own=$(own_architecture)
has_compiler=false
! command -v "${CC:-cc}" >/dev/null || has_compiler=true
for architecture in x86_64 aarch64; do
    if is_fresh "$out/linux-$architecture/libpeakmesh.so"; then
        continue
    fi
    if [ "$architecture" = "$own" ] && $has_compiler; then
        compile "$architecture" "${CC:-cc}"
    elif [ "${PEAKMESH_MODULE_FOR:-all}" != own ] || ! $has_compiler || [ "$own" = none ]; then
        compile_with_zig "$architecture"
    fi
done
