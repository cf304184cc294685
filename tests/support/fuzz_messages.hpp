// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <ebit/link/outbox.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>

#include <support/fuzz_device.hpp>

namespace ebit_test {

/// Bytes taken for numbers, one after the other; zeros when they are used up.
class fuzz_bytes {
 public:
  explicit fuzz_bytes(std::span<const std::uint8_t> bytes) : left_{bytes} {}

  [[nodiscard]] bool empty() const { return left_.empty(); }
  std::uint8_t next() {
    if (left_.empty()) return 0;
    const std::uint8_t b = left_.front();
    left_ = left_.subspan(1);
    return b;
  }
  std::uint32_t below(std::uint32_t n) { return n == 0 ? 0 : next() % n; }
  std::uint64_t word() {
    std::uint64_t w = 0;
    for (int i = 0; i < 8; ++i) w = w << 8 | next();
    return w;
  }
  /// One of a few lengths of time; now and then any at all.
  duration span() {
    switch (const std::uint8_t b = next(); b % 16) {
      case 0: return duration::zero();
      case 1: return duration::picoseconds(1);
      case 2: return duration::never();
      case 3: return duration::picoseconds(static_cast<std::int64_t>(word()));
      case 4: return duration::zero() - duration::picoseconds(1'000'000);
      case 5: return duration::picoseconds(1'000'000'000'000'000);
      default: return duration::picoseconds(std::int64_t{b} * 1'000'000 * (b % 5 + 1));
    }
  }

 private:
  std::span<const std::uint8_t> left_;
};

/// What a fuzzed node can be told by others: well-formed messages about what it has, and worse.
class fuzz_messages {
 public:
  static constexpr std::uint32_t nodes = 5;  ///< on a ring

  fuzz_messages(fuzz_bytes& in, const segments& table, const fuzz_device& device)
      : in_{in}, table_{table}, device_{device} {}

  [[nodiscard]] message next() {
    message m = well_formed(in_.below(20));
    const std::uint8_t how = in_.next();
    if (how % 4 == 1) m.body[how / 4 % message::capacity] ^= static_cast<std::byte>(in_.next());
    if (how % 16 == 2) m.from = node_id{in_.below(8)};
    if (how % 16 == 6) m.circuit = any_circuit();
    if (how == 10) m.size = in_.next();
    if (how == 26) m.version = in_.next();
    if (how == 58) m.type = in_.next();
    if (how == 42)
      for (std::byte& b : m.body) b = static_cast<std::byte>(in_.next());
    return m;
  }
  [[nodiscard]] node_id neighbour(std::uint32_t port) const {
    return node_id{(table_.self().value() + (port == 0 ? nodes - 1 : 1)) % nodes};
  }
  [[nodiscard]] path_id path(std::uint32_t port) const {
    return path_id{(table_.self().value() + (port == 0 ? nodes - 1 : 0)) % nodes};
  }

 private:
  struct name {
    std::uint64_t sequence = 0;
    std::uint32_t epoch = 0;
  };

  [[nodiscard]] circuit_id any_circuit() {
    const std::uint8_t b = in_.next();
    return circuit_id{(b % nodes) << 12 | (b / nodes % 4)};
  }
  /// One that the node knows, if there is one.
  [[nodiscard]] std::uint16_t known() {
    const std::uint16_t n = table_.circuits.size();
    const auto first = static_cast<std::uint16_t>(in_.below(n));
    for (std::uint16_t i = 0; i < n; ++i)
      if (const auto k = static_cast<std::uint16_t>((first + i) % n); table_.circuits.alive(k)) return k;
    return circuit_table::none;
  }
  /// A slot with a half, if there is one.
  [[nodiscard]] std::uint32_t held() {
    const std::uint32_t first = in_.below(table_.size());
    for (std::uint32_t i = 0; i < table_.size(); ++i)
      if (const std::uint32_t s = (first + i) % table_.size(); table_[s].held_by != owner::nobody) return s;
    return first;
  }
  /// The name of the half in a slot, held there now or once; or one like it.
  [[nodiscard]] name name_in(std::uint32_t slot) {
    const pair_id& id = table_[slot].local;
    const std::uint8_t b = in_.next();
    return {id.sequence + (b % 8 == 1 ? 1U : 0U) - (b % 8 == 2 ? 1U : 0U), id.epoch + (b % 16 == 3 ? 1U : 0U)};
  }
  template <class Body>
  [[nodiscard]] message pack(node_id from, circuit_id circuit, const Body& body) const {
    return message::pack(from, table_.self(), circuit, body);
  }

  [[nodiscard]] message well_formed(std::uint32_t kind) {
    const std::uint16_t index = known();
    if (kind < 2 || index == circuit_table::none) return kind == 3 ? hello() : install();
    const circuit& c = table_.circuits[index];
    const side facing = static_cast<side>(in_.below(2));
    const auto byte_of = [](side s) { return static_cast<std::uint8_t>(s); };
    const node_id other = neighbour(in_.below(2));
    switch (kind) {
      case 2: return pack(other, c.id, wire::ready{static_cast<std::uint16_t>(in_.below(c.hops + 2U))});
      case 3: return hello();
      case 4: return pack(c.head, c.id, wire::go{in_.span()});
      case 5:
      case 6: return link_started(c);
      case 7:
        return pack(other, c.id, wire::refused{static_cast<std::uint16_t>(in_.below(4)), in_.next() > 200, other});
      case 8: return pack(c.head, c.id, wire::torn_down{in_.below(16)});
      case 9: return pack(other, any_circuit(), wire::available{});
      case 10: return pack(other, c.id, wire::broken{byte_of(facing), {}});
      case 11: return pack(c.tail, c.id, tested(held()));
      case 12: return enqueue(c);
      case 13: return pack(c.head, c.id, wire::not_enqueued{request_id{in_.below(8)}, in_.below(4), in_.next(), {}});
      case 14: {
        const std::uint32_t number = in_.below(6);
        return pack(c.head, c.id, wire::dequeued{number, static_cast<std::uint8_t>(in_.below(5)), in_.next(), {}});
      }
      case 15: return acknowledged();
      case 16:
      case 17: return of_half(held(), in_.below(5));
      case 18: return of_half(in_.below(table_.size()), in_.below(5));
      default: return of_half(held(), 0);
    }
  }

  [[nodiscard]] message hello() {
    const std::uint32_t port = in_.below(2);
    return pack(neighbour(port), circuit_id::none(), wire::hello{path(port), in_.below(6)});
  }
  [[nodiscard]] message install() {
    const std::uint8_t b = in_.next(), d = in_.next(), e = in_.next();
    const bool is_tail = b % 4 == 0, back = b % 8 > 3;
    wire::install m;
    m.position = static_cast<std::uint16_t>(1 + b / 8 % 2);
    m.hops = static_cast<std::uint16_t>(is_tail ? m.position : m.position + 1 + b / 16 % 2);
    m.upstream = path(back ? 1 : 0);
    if (!is_tail) m.downstream = path(back ? 0 : 1);
    m.tail = is_tail ? table_.self() : node_id{(table_.self().value() + (back ? 4U : 1U)) % nodes};
    m.width = static_cast<std::uint8_t>(1 + d % 4);
    if (d == 255) m.width = 80;
    m.link_rounds = d / 4 % 3;
    m.end_rounds = d / 16 % 3;
    m.cutoff = d / 64 == 0 ? duration::never() : duration::picoseconds(10'000'000) * std::int64_t{d};
    m.pairs = e % 8 == 0 ? ~std::uint32_t{0} : e % 8U;
    m.flags = e / 8 % 8;
    m.link_fidelity = 0.9F;
    m.estimate = 0.9;
    m.request = request_id{e % 5U};
    m.length_ns = 20'000;
    const node_id head = node_id{(table_.self().value() + (back ? m.position : nodes - m.position)) % nodes};
    return pack(head, circuit_id{head.value() << 12 | (b / 64)}, m);
  }
  [[nodiscard]] message link_started(const circuit& c) {
    wire::link_started m;
    m.epoch = in_.below(8);
    m.modes = c.link(side::upstream).width;
    m.period = duration::picoseconds(10'000'000);
    m.spacing = duration::picoseconds(1'000'000);
    m.starts_in = in_.span();
    m.bright_upstream = m.bright_downstream = 0.5;
    return pack(neighbour(c.link(side::upstream).port), c.id, m);
  }
  [[nodiscard]] wire::tested tested(std::uint32_t slot) {
    const name n = name_in(slot);
    return {
        .name_sequence = n.sequence, .name_epoch = n.epoch, .name_path = table_[slot].local.path, .bit = in_.next()};
  }
  [[nodiscard]] message enqueue(const circuit& c) {
    const std::uint8_t b = in_.next(), d = in_.next();
    wire::enqueue m;
    m.time_left = in_.span();
    m.request = request_id{b % 8U};
    m.number = d % 8;
    m.ticket = d / 8 % 4;
    m.asked_by = c.position == 0 ? c.tail : d / 32 % 2 == 0 ? c.head : table_.self();
    m.pairs = 1 + b / 8 % 4;
    m.priority = b / 32;
    m.kind = d / 64 % 3;
    m.flags = d / 64;
    return pack(c.position == 0 ? c.tail : c.head, c.id, m);
  }
  [[nodiscard]] message acknowledged() {
    const message& m = device_.sent(in_.next());
    const std::uint32_t off = in_.below(12) == 11 ? 1 : 0;  // of a message that was never sent
    return pack(m.to, m.circuit, wire::acknowledged{wire::tag_of(m) + off});
  }
  /// What others may say of the half in a slot.
  [[nodiscard]] message of_half(std::uint32_t slot, std::uint32_t kind) {
    const segment& row = table_[slot];
    const std::uint16_t index = row.circuit < table_.circuits.size() ? row.circuit : std::uint16_t{0};
    const circuit& c = table_.circuits[index];
    const name half = name_in(slot);
    const std::uint8_t b = in_.next();
    const auto facing = static_cast<std::uint8_t>(row.facing);
    const auto steps = static_cast<std::uint16_t>(1 + b % 3);
    switch (kind) {
      case 0:
      case 1: {
        const std::uint32_t spent =
            row.partner < table_.size() && b % 4 != 0 ? row.partner : in_.below(table_.size());
        const name other = name_in(spent);
        const wire::distilled m{.keep_sequence = half.sequence,
                                .sacrifice_sequence = other.sequence,
                                .own_sequence = row.remote.sequence,
                                .keep_epoch = half.epoch,
                                .sacrifice_epoch = other.epoch,
                                .own_epoch = row.remote.epoch,
                                .facing = facing,
                                .bit = static_cast<std::uint8_t>(b >> 2 & 1),
                                .leads = static_cast<std::uint8_t>(b >> 3 & 1),
                                .round = static_cast<std::uint8_t>((b >> 4 & 1) != 0 ? in_.below(4) : row.rounds)};
        return pack(row.peer, c.id, m);
      }
      case 2: {
        wire::swapped m;
        m.half_sequence = half.sequence;
        m.half_epoch = half.epoch;
        m.peer_sequence = in_.below(8);
        m.peer_epoch = in_.below(4);
        m.peer_path = path_id{in_.below(nodes)};
        m.peer = node_id{in_.below(nodes)};
        m.age = in_.span();
        m.from = row.reach;
        m.to = static_cast<std::uint16_t>(row.facing == side::downstream ? row.reach + steps : row.reach - steps);
        m.facing = facing;
        m.frame = b / 4;
        return pack(row.peer, c.id, m);
      }
      case 3: return pack(row.peer, c.id, wire::expired{half.sequence, half.epoch, facing, {}});
      default: {
        wire::delivered m;
        m.half_sequence = half.sequence;
        m.half_epoch = half.epoch;
        m.name_sequence = row.remote.sequence;
        m.name_epoch = row.remote.epoch;
        m.name_path = row.remote.path;
        m.request = request_id{b % 5U};
        m.frame = b / 8 % 4 == 3 ? in_.next() : row.frame.bits();
        m.does = in_.next() % 16;
        m.asked_by = c.head;
        return pack(c.head, c.id, m);
      }
    }
  }

  fuzz_bytes& in_;
  const segments& table_;
  const fuzz_device& device_;
};

}  // namespace ebit_test
