// SPDX-License-Identifier: Apache-2.0

// The stack on a device that is another process: `live_device --help`.

#include <cstdio>

#include "live_device/device_process.hpp"
#include "live_device/node_process.hpp"
#include "live_device/options.hpp"
#include "live_device/runs.hpp"

namespace {

[[nodiscard]] ebit::result<int> finished(const ebit::status& ended) {
  if (!ended) return ended.error();
  return 0;
}

[[nodiscard]] ebit::result<int> run(const live::options& o) {
  using enum live::options::command;
  switch (o.what) {
    case help: live::print_help(); return 0;
    case demo: return live::run_demo(o);
    case soak: return live::run_soak(o);
    case throughput: return live::run_throughput(o);
    case device: return finished(live::run_device(o.setting));
    case node: return finished(live::run_node(o.setting, ebit::node_id{o.number}));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto chosen = live::option_parser{argc, argv}.run();
  if (!chosen) {
    std::fprintf(stderr, "live_device: %s\n", chosen.error().message().c_str());
    return 2;
  }
  live::heed_signals();
  const auto code = run(*chosen);
  if (!code) {
    std::fprintf(stderr, "live_device: %s\n", code.error().message().c_str());
    return 2;
  }
  return *code;
}
