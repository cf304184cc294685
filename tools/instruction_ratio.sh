#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: instruction_ratio.sh <program> <reference> [limit, default 1.05]
# Both programs take a number of repetitions and print their result, which must be the same. Compares the instructions
# per repetition, counted by callgrind and so the same on every run; start-up cancels in the difference of two runs.
set -euo pipefail

program=$1 reference=$2 limit=${3:-1.05}
few=100 many=1100

instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" "$2" 2>&1 >/dev/null |
    sed -n 's/.*Collected *: *\([0-9]*\).*/\1/p'
}

per_repetition() {
  local first last
  first=$(instructions "$1" "$few")
  last=$(instructions "$1" "$many")
  awk -v first="$first" -v last="$last" -v n=$((many - few)) 'BEGIN { printf "%.1f", (last - first) / n }'
}

result=$("$program" "$many") expected=$("$reference" "$many")
if [ "$result" != "$expected" ]; then
  printf 'not the same work:\n%s\n%s\n' "$result" "$expected"
  exit 1
fi

composed=$(per_repetition "$program")
handwritten=$(per_repetition "$reference")
awk -v composed="$composed" -v handwritten="$handwritten" -v limit="$limit" 'BEGIN {
  if (handwritten <= 0) { print "the reference does no work"; exit 1 }
  ratio = composed / handwritten
  printf "instructions per repetition: composed %.1f, hand-written %.1f, ratio %.4f, at most %.2f allowed\n",
    composed, handwritten, ratio, limit
  exit !(composed > 0 && ratio <= limit)
}'
