#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: check_test_names.sh <ctest> <build folder>
# Names of tests are unique, every program of tests was built, and the word of a kind stands only at the start of a name,
# so that `ctest -R <kind>` runs exactly the tests of that kind.
set -euo pipefail

names=$("$1" --test-dir "$2" -N | sed -n 's/^ *Test *#[0-9]*: //p')
status=0

report() {
  if [ -n "$2" ]; then
    printf '%s:\n%s\n' "$1" "$2"
    status=1
  fi
}

report 'used twice' "$(sort <<<"$names" | uniq -d)"
report 'not built' "$(grep '_NOT_BUILT' <<<"$names" || true)"
for kind in golden simulation codec conformance; do
  report "'$kind' is the name of a kind, so it belongs at the start only" \
    "$(grep -i "$kind" <<<"$names" | grep -v -e "^$kind: " -e "^bench: " || true)"
done
exit $status
