// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/adapt/live_device.hpp>
#include <ebit/backend/drive.hpp>
#include <ebit/node/node.hpp>
#include <ebit/sim/request.hpp>

#include "live_device/delivery_log.hpp"
#include "live_device/processes.hpp"
#include "live_device/scenario.hpp"
#include "live_device/secret.hpp"
#include "support/progress.hpp"

namespace live {

/// What the application at a node gets.
struct application {
  std::uint64_t delivered = 0;
  std::uint64_t revoked = 0;
  ebit::refusal refused = ebit::refusal::none;
  bool finished = false;

  void operator()(const ebit::action::deliver&) { ++delivered; }
  void operator()(const ebit::action::revoke&) { ++revoked; }
  void operator()(const ebit::action::report& r) {
    finished = finished || ebit::ends(r.outcome);
    if (r.outcome == ebit::request_outcome::refused) refused = r.why;
  }
};

/// The process of a node: connects to the device, runs the stack, and at the head asks for pairs, until it is told to
/// stop.
template <class Profile, class Cipher>
[[nodiscard]] ebit::status run_node(const scenario& s, ebit::node_id self, ebit::adapt::live_keys<Cipher> keys) {
  const ebit::route::network_map map = s.map();
  const std::vector<std::uint32_t> slots(map.incident(self).size(), s.memories);
  auto log = delivery_log::open(s.log_file);
  if (!log) return log.error();
  // Its clock shows another time than any other's.
  auto device = ebit::adapt::live_device<application, ebit::adapt::live_offers, Cipher>::connect(
      {.address = s.address,
       .node = self,
       .slots_per_port = slots,
       .clock_start = ebit::duration::seconds(1) * static_cast<std::int64_t>(self.value() * 1000 + 17),
       .patience = std::chrono::milliseconds{20'000}},
      {}, std::move(keys));
  if (!device) return device.error();
  ebit::basic_node<Profile> node{
      {self, slots, ebit::shared_constant<ebit::route::network_map>{map}, device->incarnation()}, s.stack<Profile>()};
  ebit::random_stream random{s.seed, ebit::random_purpose::user, ebit::mix(self.value(), device->incarnation())};

  support::progress progress;
  const auto start = std::chrono::steady_clock::now();
  const ebit::duration glance = ebit::duration::seconds(0.05 / device->slow_down());
  std::uint32_t asked = 0;
  bool asks = self == s.head();
  while (!told_to_stop()) {
    if (asks && (asked == 0 || device->application().finished)) {
      if (device->application().refused != ebit::refusal::none)
        return ebit::config_error{"the request was refused",
                                  std::string{ebit::sim::describe(device->application().refused)}, ""};
      device->application().finished = false;
      device->submit({.id = ebit::request_id{asked++}, .peer = s.tail(), .pairs = s.pairs, .min_fidelity = 0.5});
    }
    ebit::backend::drive_until(node, *device, random, device->now() + glance);
    if (!progress.due()) continue;
    const std::string text = "node " + std::to_string(self.value()) + ": " +
                             std::to_string(device->application().delivered) + " delivered" +
                             (device->connected() ? "" : ", no device: " + device->problem());
    progress.show(text.c_str());
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  (*log)({.what = log_entry::kind::worked, .node = self.value(), .value = seconds, .count = device->actions()});
  const auto print = [](const char* what, std::uint64_t count) {
    std::printf(", %llu %s", static_cast<unsigned long long>(count), what);
  };
  if (s.talks) {
    std::printf("node %u, incarnation %u: %llu delivered", self.value(), device->incarnation(),
                static_cast<unsigned long long>(device->application().delivered));
    print("revoked", device->application().revoked);
    print("actions", device->actions());
    print("events", device->events());
    print("connections", device->connections());
    print("restarts of the device", device->device_restarts());
  }
  if constexpr (!std::is_same_v<Cipher, ebit::backend::no_cipher>) {
    const ebit::adapt::packet_counts& fared = device->packets();
    (*log)({.what = log_entry::kind::sealed,
            .node = self.value(),
            .value = static_cast<double>(fared.suspect()),
            .count = fared.opened});
    if (s.talks) {
      print("packets opened", fared.opened);
      for (std::size_t f = 1; f < fared.refused.size(); ++f)
        if (fared.refused[f] != 0)
          print(("refused: " + std::string{name_of(static_cast<ebit::backend::seal_fault>(f))}).c_str(),
                fared.refused[f]);
      if (fared.unsealed != 0) print("refused: not sealed", fared.unsealed);
    }
  }
  if (s.talks) std::printf("\n");
  return ebit::success{};
}

template <class Cipher>
[[nodiscard]] ebit::status run_node(const scenario& s, ebit::node_id self, ebit::adapt::live_keys<Cipher> keys) {
  return s.distils ? run_node<distilling_stack>(s, self, std::move(keys))
                   : run_node<plain_stack>(s, self, std::move(keys));
}

[[nodiscard]] inline ebit::status run_node(const scenario& s, ebit::node_id self) {
  if (s.key_file.empty()) return run_node(s, self, ebit::adapt::live_keys<ebit::backend::no_cipher>{});
  auto keys = keys_of(s, self);
  if (!keys) return keys.error();
  return run_node(s, self, std::move(*keys));
}

}  // namespace live
