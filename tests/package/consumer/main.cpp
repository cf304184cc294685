// SPDX-License-Identifier: Apache-2.0
#include <ebit/core/time.hpp>
#include <ebit/version.hpp>

#include <cstdio>
#include <cstring>

// Fails unless the headers found are those of the version named on the command line.
int main(int argc, char** argv) {
  using namespace ebit::literals;
  char version[32];
  std::snprintf(version, sizeof version, "%d.%d.%d", EBIT_VERSION_MAJOR, EBIT_VERSION_MINOR, EBIT_VERSION_PATCH);
  std::printf("ebit %s\n", version);
  return argc == 2 && std::strcmp(argv[1], version) == 0 && 1_us == 1'000_ns ? 0 : 1;
}
