// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <utility>

#include <unistd.h>

#include <ebit/adapt/live_device_host.hpp>

#include "live_device/delivery_log.hpp"
#include "live_device/hardware.hpp"
#include "live_device/incarnations.hpp"
#include "live_device/processes.hpp"
#include "live_device/scenario.hpp"
#include "support/progress.hpp"

namespace live {

/// The process of the device: runs until it is told to stop.
[[nodiscard]] inline ebit::status run_device(const scenario& s) {
  auto lives = incarnations::open(s.state_file, s.nodes);
  if (!lives) return lives.error();
  auto log = delivery_log::open(s.log_file);
  if (!log) return log.error();
  const auto session = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) ^
                       static_cast<std::uint64_t>(::getpid()) << 48;
  auto host = ebit::adapt::live_host::listen(
      {.address = s.address, .session = session, .slow_down = s.slow_down, .offers = hardware::offers});
  if (!host) return host.error();
  hardware device{*host, s, *lives, *log, session};
  (*log)({.what = log_entry::kind::started, .count = session});

  support::progress progress;
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  while (!told_to_stop()) {
    // Looks up now and then, in case the word to stop came just before it began to wait.
    const ebit::world_time look_up = host->now() + ebit::duration::seconds(0.2 / s.slow_down);
    host->serve(device, std::min(device.next_time(), look_up));
    if (!progress.due()) continue;
    char text[120];
    std::snprintf(text, sizeof text, "%.0f s: %llu pairs, fidelity %.4f, %.0f actions/s", seconds(),
                  static_cast<unsigned long long>(device.delivered()), device.fidelity(),
                  static_cast<double>(host->actions()) / seconds());
    progress.show(text);
  }
  (*log)({.what = log_entry::kind::worked, .node = s.nodes, .value = seconds(), .count = host->actions()});
  if (s.talks)
    std::printf(
        "device: %llu pairs delivered, mean fidelity %.4f, %llu actions, %llu events, %llu messages, %.1f s\n",
        static_cast<unsigned long long>(device.delivered()), device.fidelity(),
        static_cast<unsigned long long>(host->actions()), static_cast<unsigned long long>(host->events()),
        static_cast<unsigned long long>(device.messages()), seconds());
  return ebit::success{};
}

}  // namespace live
