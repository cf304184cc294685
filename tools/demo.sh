#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: demo.sh [argument of network_service]...
# Builds examples/network_service with the compiler alone (installed if it is missing) and serves requests on the network
# that comes with the project, or whatever the arguments ask for.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
program=$root/build/demo/network_service

bash "$root/tools/install_dependencies.sh" run

newer=
if [ -x "$program" ]; then
  newer=$(find "$root/include" "$root/examples" -type f -newer "$program" -print -quit)
fi
if [ ! -x "$program" ] || [ -n "$newer" ]; then
  mkdir -p "${program%/*}"
  mapfile -t sources < <(find "$root/examples" -path '*/examples/network_service.cpp' \
    -o -path '*/examples/network_service/*.cpp' | sort)
  "${CXX:-g++}" -std=c++20 -O2 -I "$root/include" -I "$root/examples" "${sources[@]}" -o "$program"
fi

if [ $# -eq 0 ]; then
  set -- "$root/examples/data/netherlands.gml" --all-pairs 6 --hardware target --seed 1
fi
exec "$program" "$@"
