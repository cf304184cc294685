#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: lint.sh [file]...
# Holds the files (default: all) against .clang-format, and the headers among them against .clang-tidy. Needs clang-format-19
# and clang-tidy-19.
set -euo pipefail

cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then
  mapfile -t files < <(find include tests bench examples \( -name '*.hpp' -o -name '*.cpp' \) -not -path 'tests/compile_fail/*' | sort)
  set -- "${files[@]}"
fi

status=0
clang-format-19 --dry-run -Werror "$@" || status=1
for file in "$@"; do
  case $file in
    include/*.hpp) clang-tidy-19 --quiet "$file" -- -x c++ -std=c++20 -I include || status=1 ;;
  esac
done
exit $status
