#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: demo.sh [data_centre|network_service [argument of the program]...]
# Builds an example with the compiler alone (installed if it is missing) and runs it: without arguments data_centre, a
# quantum data centre of 512 processors in which something breaks, or network_service on the network that comes with the
# project.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
name=${1:-data_centre}
case $name in
  data_centre | network_service) ;;
  *)
    echo "usage: $0 [data_centre|network_service [argument of the program]...]; given: $name" >&2
    exit 2
    ;;
esac
[ $# -eq 0 ] || shift
program=$root/build/demo/$name

bash "$root/tools/install_dependencies.sh" run

newer=
if [ -x "$program" ]; then
  newer=$(find "$root/include" "$root/examples" -type f -newer "$program" -print -quit)
fi
if [ ! -x "$program" ] || [ -n "$newer" ]; then
  mkdir -p "${program%/*}"
  echo "compiling $name (a minute or two, once)" >&2
  find "$root/examples" -path "*/examples/$name.cpp" -o -path "*/examples/$name/*.cpp" | sort |
    xargs -P "$(nproc)" -I{} sh -c \
      '"$0" -std=c++20 -O2 -I "$1/include" -I "$1/examples" -c "$2" -o "$3/$(basename "$2" .cpp).o"' \
      "${CXX:-g++}" "$root" {} "${program%/*}"
  mapfile -t objects < <(find "$root/examples" -path "*/examples/$name.cpp" -o -path "*/examples/$name/*.cpp" | sort |
    sed "s|.*/|${program%/*}/|; s|\.cpp$|.o|")
  "${CXX:-g++}" "${objects[@]}" -o "$program"
fi

if [ $# -eq 0 ]; then
  case $name in
    data_centre)
      set -- --qpus 512 --seconds 0.25 --controllers 2 --faults "$root/examples/data/data_centre_faults.csv" \
        --csv "$root/build/demo/requests.csv" --trace "$root/build/demo/light.json" --svg "$root/build/demo/fabric.svg"
      ;;
    network_service) set -- "$root/examples/data/netherlands.gml" --all-pairs 6 --hardware target --seed 1 ;;
  esac
fi
exec "$program" "$@"
