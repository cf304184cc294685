#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: determinism.sh <work folder> [argument of network_service]...
# Same seed, same bytes: compiles examples/network_service with g++ and clang 19 at -O0 and -O2, runs each on the same
# requests and compares what they write with --csv byte by byte.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=$1
shift
if [ $# -eq 0 ]; then
  set -- "$root/examples/data/netherlands.gml" --all-pairs 5 --hardware target --seed 7
fi
mkdir -p "$work"
mapfile -t sources < <(find "$root/examples" -path '*/examples/network_service.cpp' \
  -o -path '*/examples/network_service/*.cpp' | sort)

compilers=(g++)
if command -v clang++-19 >/dev/null; then
  compilers+=(clang++-19)
else
  echo 'no clang++-19 here: only the levels of g++ are compared'
fi

first=
for compiler in "${compilers[@]}"; do
  for level in O0 O2; do
    name=$compiler-$level
    "$compiler" -std=c++20 "-$level" -I "$root/include" -I "$root/examples" "${sources[@]}" -o "$work/$name"
    "$work/$name" "$@" --csv "$work/$name.csv" >/dev/null
    [ -s "$work/$name.csv" ] || { echo "$name wrote nothing"; exit 1; }
    if [ -z "$first" ]; then
      first=$name
    elif ! cmp "$work/$first.csv" "$work/$name.csv"; then
      diff "$work/$first.csv" "$work/$name.csv" | head -n 10
      exit 1
    fi
  done
done
printf '%s: %d bytes of CSV, the same in %d builds\n' "$(basename "$work")" "$(wc -c <"$work/$first.csv")" \
  $((2 * ${#compilers[@]}))
