#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: preprocessed_lines.sh <compiler> <limit> <header>...
# Counts the lines of code the compiler sees when a program includes the headers; fails beyond the limit. Blank lines and
# line markers are not counted: they cost nothing and their number depends on comments.
set -euo pipefail

compiler=$1 limit=$2
shift 2
include=$(cd "$(dirname "$0")/../include" && pwd)

lines=$(printf '#include <%s>\n' "$@" | "$compiler" -std=c++20 -I "$include" -E -P -x c++ - | wc -l)
printf '%d preprocessed lines, at most %d allowed\n' "$lines" "$limit"
[ "$lines" -le "$limit" ]
