// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <unistd.h>

#include <ebit/adapt/live_device.hpp>
#include <ebit/adapt/live_device_host.hpp>

namespace ebit_test {

/// An address that no other test uses.
[[nodiscard]] inline ebit::adapt::socket_address fresh_address() {
  static int count = 0;
  ebit::adapt::socket_address a;
  a.path = (std::filesystem::temp_directory_path() /
            ("ebit." + std::to_string(::getpid()) + '.' + std::to_string(++count)))
               .string();
  return a;
}

/// A device of two ports with three slots each, that writes down what it is asked for and does nothing.
struct note_taker {
  struct note {
    ebit::node_id from;
    ebit::action::any what;
    ebit::world_time when;
  };

  ebit::adapt::live_host host;
  std::vector<note> notes{};
  std::vector<std::uint32_t> incarnations{};  ///< as the nodes said
  std::uint32_t next_incarnation = 7;
  int leavers = 0;
  std::vector<std::vector<std::byte>> packets{};
  void (*carries)(note_taker&, ebit::node_id, ebit::node_id, std::span<const std::byte>, ebit::world_time) = nullptr;

  [[nodiscard]] static std::optional<note_taker> start(const ebit::adapt::socket_address& address,
                                                       std::uint32_t slow_down = 1, std::uint64_t session = 1) {
    auto host = ebit::adapt::live_host::listen({.address = address,
                                                .session = session,
                                                .slow_down = slow_down,
                                                .offers = ebit::backend::capabilities::everything()});
    if (!host) return std::nullopt;
    return note_taker{std::move(*host)};
  }

  [[nodiscard]] ebit::result<ebit::adapt::live::welcome> admit(const ebit::adapt::live::hello& said) {
    ebit::adapt::live::welcome answer;
    answer.limits.slots_per_port = {3, 3};
    incarnations.push_back(said.incarnation);
    const bool fresh = said.incarnation == ebit::adapt::live::fresh_incarnation;
    answer.incarnation = fresh ? next_incarnation++ : said.incarnation;
    return answer;
  }
  void joined(ebit::node_id n) {
    for (std::uint32_t port = 0; port < 2; ++port)
      host.tell(n, ebit::event::path_up{ebit::port_id{port}, ebit::path_id{port}, ebit::node_id{9}, {}, {}, {}});
  }
  void left(ebit::node_id) { ++leavers; }
  void advance(ebit::world_time) {}
  template <class Action>
  void act(ebit::node_id n, const Action& a, ebit::world_time when) {
    notes.push_back({n, ebit::action::any{a}, when});
  }

  /// Passes packets on, all or some of them, perhaps others with them.
  void carry(ebit::node_id n, ebit::node_id to, std::span<const std::byte> packet, ebit::world_time when) {
    packets.push_back({packet.begin(), packet.end()});
    if (carries != nullptr)
      carries(*this, n, to, packet, when);
    else
      host.pass_on(to, packet, host.now() - when);
  }

  void serve() { host.serve(*this, host.now()); }
};

/// Connects while the device serves in another thread for as long as that takes.
template <class Client = ebit::adapt::live_device<>, class... More>
[[nodiscard]] ebit::result<Client> connect(note_taker& device, ebit::adapt::live_options wanted, More... more) {
  std::optional<ebit::result<Client>> made;
  std::atomic<bool> over = false;
  std::thread other{[&] {
    made.emplace(Client::connect(std::move(wanted), std::move(more)...));
    over = true;
  }};
  while (!over) device.host.serve(device, device.host.now() + ebit::duration::seconds(1e-4));
  other.join();
  return std::move(*made);
}

/// Takes the next event within some seconds.
template <class Client>
[[nodiscard]] std::optional<ebit::event::any> next_event(Client& client) {
  std::optional<ebit::event::any> seen;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!seen && std::chrono::steady_clock::now() < end) {
    if (!client.poll([&seen](const auto& e) { seen = ebit::event::any{e}; }))
      client.wait(client.now() + ebit::duration::seconds(1e-3 / client.slow_down()));
  }
  return seen;
}

template <class Event, class Client>
[[nodiscard]] std::optional<Event> next(Client& client) {
  const auto seen = next_event(client);
  if (!seen || !std::holds_alternative<Event>(*seen)) return std::nullopt;
  return std::get<Event>(*seen);
}

}  // namespace ebit_test
