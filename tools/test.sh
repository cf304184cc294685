#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: test.sh [preset]...
# Installs what is missing, then builds and runs all tests: under the sanitizers with clang 19 (with g++ where that is
# not to be had), then optimised with g++, where the checks of packages, counts and determinism run too. Stops at the
# first preset that fails.
set -euo pipefail

cd "$(dirname "$0")/.."
bash tools/install_dependencies.sh test

# With its sanitizers, which a distribution may pack apart.
clang_is_whole() {
  local scratch && scratch=$(mktemp -d) || return
  echo 'int main() {}' >"$scratch/main.cpp"
  local answer=0
  clang++-19 -fsanitize=address,undefined "$scratch/main.cpp" -o "$scratch/main" 2>/dev/null || answer=1
  rm -r "$scratch"
  return $answer
}

if [ $# -eq 0 ]; then
  if clang_is_whole; then
    set -- sanitize release
  else
    echo 'there is no clang++-19 with its sanitizers: g++ does its part, and takes four times as long'
    set -- sanitize-gcc release
  fi
fi
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_SLOPPINESS=pch_defines,time_macros
fi
jobs=$(nproc)
mkdir -p build
summary=()
closing='no tests were run'

for preset in "$@"; do
  start=$SECONDS
  printf '\n== %s\n' "$preset"
  cmake --preset "$preset" >"build/$preset.log" || { cat "build/$preset.log"; exit 1; }
  cmake --build --preset "$preset" --parallel "$jobs"
  if [ "$preset" = release ]; then
    cmake --build --preset "$preset" --parallel "$jobs" --target all_verify_interface_header_sets
  fi
  built=$SECONDS
  ctest --preset "$preset" --parallel "$jobs" 2>&1 | tee "build/$preset.log"
  summary+=("$preset: built in $((built - start)) s, tested in $((SECONDS - built)) s")
  closing=$(grep 'tests passed, ' "build/$preset.log")
done

printf '\n'
printf '%s\n' "${summary[@]}" "$closing"
