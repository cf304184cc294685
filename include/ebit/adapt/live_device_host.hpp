// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/adapt/live_device_wire.hpp>
#include <ebit/adapt/posix_socket.hpp>
#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>

namespace ebit::adapt {

struct live_host_options {
  socket_address address{};
  std::uint64_t session = 0;    ///< another one at every start
  std::uint32_t slow_down = 1;  ///< seconds that one second of the device takes, 1 to 10⁶
  backend::capabilities offers{};
  std::chrono::milliseconds patience{5'000};  ///< with a connection that does not say hello

  [[nodiscard]] status validate() const {
    if (slow_down < 1 || slow_down > 1'000'000)
      return config_error{"live_host_options.slow_down", std::to_string(slow_down), "1 to 1000000"};
    if (patience < std::chrono::milliseconds{1} || patience > std::chrono::hours{1})
      return config_error{"live_host_options.patience", std::to_string(patience.count()) + " ms", "1 ms to 1 hour"};
    return success{};
  }
};

/// The device's side of `live_device`: takes connections of nodes, hands their actions to the device and takes the
/// device's events to them. One thread, one device of many nodes.
///
/// What a node's clock shows is told from its hello; from then on a constant lies between that clock and the
/// device's. It is used alike in both directions, so that what two nodes agree on by durations they agree on exactly.
class live_host {
 public:
  /// A device: what it is told happens at `host.now()`.
  /// `admit(hello)` gives limits and incarnation or a reason to refuse; `joined`, `left`, `act` and `carry` (a packet
  /// for another node, which is told of it by `pass_on`) follow; `advance` does what is due by now and comes before all
  /// of them.
  template <class Device>
  static constexpr bool is_device = requires(Device& device, const live::hello& h, node_id n, const action::free& a,
                                             world_time t, std::span<const std::byte> packet) {
    { device.admit(h) } -> std::same_as<result<live::welcome>>;
    device.joined(n);
    device.left(n);
    device.act(n, a, t);
    device.carry(n, n, packet, t);
    device.advance(t);
  };

  [[nodiscard]] static result<live_host> listen(const live_host_options& wanted) {
    if (auto ok = wanted.validate(); !ok) return ok.error();
    auto listener = stream_listener::listen(wanted.address);
    if (!listener) return listener.error();
    live_host made;
    made.options_ = wanted;
    made.listener_ = std::move(*listener);
    return made;
  }

  [[nodiscard]] world_time now() const { return now_; }
  [[nodiscard]] bool serves(node_id n) const { return find(n) != nullptr; }
  [[nodiscard]] std::uint64_t actions() const { return actions_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  /// Of a node that is connected.
  [[nodiscard]] local_time local(node_id n, world_time t) const {
    return t.is_never() ? local_time::never() : local_time{t.since_epoch() - find(n)->ahead};
  }
  [[nodiscard]] world_time global(node_id n, local_time t) const {
    return t.is_never() ? world_time::never() : world_time{t.since_epoch() + find(n)->ahead};
  }

  /// What is told to a node that is not connected is lost.
  template <class Event>
  void tell(node_id n, const Event& e) {
    connection* to = find(n);
    if (to == nullptr) return;
    EBIT_ASSERT(to->out.add(local(n, now_), e), "an event that cannot be written");
    ++events_;
  }

  /// A packet comes to a node, so long after it was sent. Like all that is told, it is lost if nobody is there.
  void pass_on(node_id n, std::span<const std::byte> packet, duration flight) {
    connection* to = find(n);
    if (to == nullptr || packet.size() > codec::largest_content - sizeof(std::int64_t)) return;
    std::array<std::byte, codec::largest_content> content;
    codec::detail::store(content.data(), static_cast<std::uint64_t>(flight.picoseconds()));
    std::copy(packet.begin(), packet.end(), content.begin() + sizeof(std::int64_t));
    to->out.add(local(n, now_), live::control::packet,
                std::span{content}.first(sizeof(std::int64_t) + packet.size()));
  }

  /// Waits for something to read, at most until the device's time is `until`, then does all that is due.
  template <class Device>
    requires(is_device<Device>)
  void serve(Device& device, world_time until) {
    wait(until);
    read_clock();
    device.advance(now_);
    for (std::size_t i = 0; i < connections_.size(); ++i)
      if (polled_[i + 1].revents != 0 || connections_[i]->in.more()) read(device, *connections_[i]);
    if (polled_[0].revents != 0) accept();
    for (auto& c : connections_) {
      if (!c->closing && steady::now() >= c->until && !c->greeted) c->closing = true;
      if (!c->out.flush(c->socket) || c->out.waiting() > most_unread) c->closing = true;
      if (!c->closing) continue;
      if (c->greeted) device.left(c->node);
      c.reset();
    }
    std::erase(connections_, nullptr);
  }

 private:
  using steady = std::chrono::steady_clock;
  static constexpr std::size_t most_unread = std::size_t{64} << 20;

  struct connection {
    stream_socket socket;
    live::inbox in;
    live::outbox out;
    steady::time_point until;  ///< by when it has to have said hello
    node_id node;
    duration ahead;  ///< of the device's clock to the node's
    bool greeted = false;
    bool closing = false;
  };

  live_host() = default;

  [[nodiscard]] connection* find(node_id n) const {
    for (const auto& c : connections_)
      if (c != nullptr && c->greeted && !c->closing && c->node == n) return c.get();
    return nullptr;
  }
  [[nodiscard]] world_time clock() const {
    const auto passed = std::chrono::duration_cast<std::chrono::nanoseconds>(steady::now() - start_).count();
    return world_time{duration::picoseconds(passed) * 1'000 / options_.slow_down};
  }
  void read_clock() { now_ = clock(); }

  void wait(world_time until) {
    read_clock();
    duration span = until.is_never() ? duration::never() : (until - now_) * options_.slow_down;
    polled_.assign(1, {listener_.handle(), POLLIN, 0});
    for (const auto& c : connections_) {
      polled_.push_back(
          {c->socket.handle(), static_cast<short>(c->out.waiting() > 0 ? POLLIN | POLLOUT : POLLIN), 0});
      if (c->in.more()) span = duration::zero();
      if (!c->greeted) span = least(span, duration::picoseconds(100'000'000'000));
    }
    wait_for(polled_, greatest(span, duration::zero()));
  }

  void accept() {
    while (stream_socket made = listener_.accept()) {
      auto fresh = std::make_unique<connection>();
      fresh->socket = std::move(made);
      fresh->until = steady::now() + options_.patience;
      connections_.push_back(std::move(fresh));
    }
  }

  template <class Device>
  void read(Device& device, connection& c) {
    const bool open = c.in.fill(c.socket, [&](codec::frame_kind kind, std::span<const std::byte> content) {
      if (c.closing) return true;
      if (!c.greeted) return kind == kind_of(live::control::hello) && greet(device, c, content);
      if (kind == kind_of(live::control::packet)) return carry(device, c, content);
      if (kind != codec::frame_kind::action) return false;
      const codec::decoded<action::any> read = codec::decode_action(content);
      if (!read) return false;
      ++actions_;
      std::visit([&](const auto& a) { device.act(c.node, a, said(c)); }, read.value);
      return true;
    });
    if (!open) c.closing = true;
  }

  /// When what is being read was sent.
  [[nodiscard]] static world_time said(const connection& c) {
    return world_time{c.in.stamp().since_epoch() + c.ahead};
  }
  template <class Device>
  bool carry(Device& device, const connection& c, std::span<const std::byte> content) {
    if (content.size() < sizeof(std::uint32_t)) return false;
    ++actions_;
    const node_id to{codec::detail::load<std::uint32_t>(content.data())};
    device.carry(c.node, to, content.subspan(sizeof(std::uint32_t)), said(c));
    return true;
  }

  template <class Device>
  bool greet(Device& device, connection& c, std::span<const std::byte> content) {
    live::hello said;
    if (!live::read(content, said)) return false;
    const auto refuse = [&c](const config_error& why) {
      const std::string text = (why.what + ' ' + why.given + '\n' + why.allowed).substr(0, codec::largest_content);
      c.out.add(live::control::refusal, std::as_bytes(std::span{text}));
      c.closing = true;
      return true;
    };
    if (said.version != live::protocol_version)
      return refuse({"protocol version", std::to_string(said.version), std::to_string(live::protocol_version)});
    if (!options_.offers.cover(said.needs))
      return refuse({"what the node needs", "is more than the device offers", "less"});
    auto answer = device.admit(said);
    if (!answer) return refuse(answer.error());
    // A node whose old connection has not been seen to break is here again.
    if (connection* before = find(said.node); before != nullptr) {
      before->closing = true;
      before->greeted = false;
      device.left(said.node);
    }
    answer->session = options_.session;
    answer->slow_down = options_.slow_down;
    c.node = said.node;
    // Read anew: what the node is told must not seem to come from its future.
    c.ahead = clock().since_epoch() - c.in.stamp().since_epoch();
    c.greeted = true;
    c.out.add(live::control::welcome, live::written(*answer));
    device.joined(said.node);
    return true;
  }

  live_host_options options_;
  stream_listener listener_;
  std::vector<std::unique_ptr<connection>> connections_;
  std::vector<pollfd> polled_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  world_time now_;
  std::uint64_t actions_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace ebit::adapt
