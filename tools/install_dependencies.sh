#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: install_dependencies.sh run|test
# Installs what is missing on Debian or Ubuntu: `run` the compiler alone, `test` whatever the tests need too. Does nothing
# when all is there. Packages that a distribution does not have and the tests can do without are named and left out.
set -euo pipefail

needed=(g++)
welcome=()
case ${1:-test} in
  run) ;;
  test)
    needed+=(cmake make catch2 libbenchmark-dev)
    welcome+=(clang-19 libclang-rt-19-dev valgrind pkg-config libsodium-dev)
    ;;
  *)
    echo "usage: $0 run|test" >&2
    exit 2
    ;;
esac

installed() {
  case $1 in
    g++ | cmake | make | valgrind | pkg-config) command -v "$1" >/dev/null ;;
    *) dpkg -s "$1" >/dev/null 2>&1 ;;
  esac
}

missing() {
  for package in "$@"; do
    installed "$package" || echo "$package"
  done
}

mapfile -t lacking < <(missing "${needed[@]}" "${welcome[@]}")
[ ${#lacking[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "please install: ${lacking[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >/dev/null; }

echo "installing ${lacking[*]}"
apt update
mapfile -t lacking < <(
  missing "${needed[@]}"
  for package in $(missing "${welcome[@]}"); do
    if apt-cache show "$package" >/dev/null 2>&1; then
      echo "$package"
    else
      echo "not in this distribution, left out: $package" >&2
    fi
  done
)
[ ${#lacking[@]} -eq 0 ] || apt install -y --no-install-recommends "${lacking[@]}"
