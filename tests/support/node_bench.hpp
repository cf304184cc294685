// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <ebit/backend/drive.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/node/node.hpp>
#include <ebit/testing/manual_device.hpp>

namespace ebit_test {

using namespace ebit;
using namespace ebit::literals;

inline constexpr duration link_delay = 10_us;

/// A chain of `hops` links of perfect equipment; link k joins nodes k and k + 1, with its station in the middle.
[[nodiscard]] inline shared_constant<route::network_map> chain_map(std::uint32_t hops, std::uint16_t slots = 4) {
  link::budget each;
  each.delay = link_delay;
  each.station_a = each.station_b = link_delay / 2;
  each.attempt_time = 1_us;
  std::vector<route::edge> edges;
  for (std::uint32_t k = 0; k < hops; ++k) edges.push_back({node_id{k}, node_id{k + 1}, each, slots});
  return shared_constant<route::network_map>{
      route::network_map{std::vector<route::site>(hops + 1), std::move(edges)}};
}

/// One node of such a chain on a device in the hands of the test. Port 0 faces upstream and port 1 downstream, where
/// there is a link. Every helper drives the node until nothing is due.
template <class Profile = default_profile>
struct node_bench {
  std::uint16_t hops;
  std::uint16_t position;
  testing::manual_device device;
  basic_node<Profile> node;
  random_stream random{1, random_purpose::user, 1};
  circuit_id circuit{7};

  node_bench(std::uint16_t of_hops, std::uint16_t at, const options<Profile>& stack = {}, std::uint32_t slots = 4)
      : hops{of_hops}, position{at} {
    const std::uint32_t ports = (at > 0 ? 1U : 0U) + (at < of_hops ? 1U : 0U);
    const std::vector<std::uint32_t> each(ports, slots);
    device = testing::manual_device{each};
    node = basic_node<Profile>{{node_id{at}, each, chain_map(of_hops, static_cast<std::uint16_t>(slots))}, stack};
    std::uint32_t p = 0;
    const duration arm = link_delay / 2;
    if (at > 0) device.push(event::path_up{port_id{p++}, path_id{at - 1U}, node_id{at - 1U}, link_delay, arm, arm});
    if (at < of_hops) device.push(event::path_up{port_id{p}, path_id{at}, node_id{at + 1U}, link_delay, arm, arm});
    run();
  }

  void run() { backend::drive(node, device, random); }
  template <class Event>
  void tell(const Event& e) {
    device.push(e);
    run();
  }
  template <message_body Body>
  void hear(std::uint32_t from, const Body& body, duration flight = link_delay) {
    tell(event::received{message::pack(node_id{from}, node.id(), circuit, body), flight});
  }

  /// The head's word that this node is on a circuit.
  void install(std::uint8_t width = 1, std::uint8_t link_rounds = 0, std::uint8_t end_rounds = 0,
               duration cutoff = duration::never(), std::uint32_t pairs = 100) {
    hear(0, wire::install{.cutoff = cutoff,
                          .link_fidelity = 0.9F,
                          .estimate = 0.9F,
                          .upstream = path_id{position - 1U},
                          .downstream = position < hops ? path_id{position} : path_id::none(),
                          .tail = node_id{hops},
                          .request = request_id{3},
                          .pairs = pairs,
                          .position = position,
                          .hops = hops,
                          .width = width,
                          .link_rounds = link_rounds,
                          .end_rounds = end_rounds});
  }
  /// Both links of a node between the ends are started.
  void start(std::uint16_t width = 1, std::uint32_t upstream_epoch = 40) {
    if (position < hops) hear(0, wire::go{20_us});
    hear(position - 1U,
         wire::link_started{
             .epoch = upstream_epoch, .modes = width, .period = 10_us, .spacing = 1_us, .starts_in = 20_us});
  }
  /// The batch of attempts on one side; the node has to have asked for it.
  [[nodiscard]] action::attempt batch(side facing) const {
    const std::uint32_t path = facing == side::upstream ? position - 1U : position;
    for (const action::attempt& a : device.template all<action::attempt>())
      if (a.path == path_id{path}) return a;
    return {};
  }
  void herald(const action::attempt& a, std::uint64_t cycle, bell_index state = bell_index::phi_plus,
              std::uint16_t mode = 0) {
    tell(event::heralded{a.operation, slot_id{a.first_slot.value() + mode}, cycle * a.modes + mode, state,
                         device.now()});
  }
  [[nodiscard]] conservation counts() const { return node.table().counts(); }
};

/// The body of the only message of its kind.
template <message_body Body>
[[nodiscard]] Body only(const testing::manual_device& device) {
  const std::vector<message> sent = device.sent<Body>();
  EBIT_ASSERT(sent.size() == 1, "not exactly one message of this kind");
  return sent[0].unpack<Body>();
}

}  // namespace ebit_test
