// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <ebit/adapt/posix_socket.hpp>
#include <ebit/backend/capabilities.hpp>
#include <ebit/backend/codec.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

/// What a node's driver and a device in another process say to each other: a stream of the codec's frames, of actions
/// one way and events the other, with five kinds of frames more. The node begins with `hello`, the device answers
/// `welcome` or `refusal`. A `clock` frame says what the node's own clock shows for all frames after it: when the
/// node performed the actions, or when the device has told the events. A `packet` is a sealed message, which the
/// device passes on without being able to read it: after the number of the node it is for (4 bytes) on the way to the
/// device, after its flight (8, picoseconds) on the way from it. All numbers are in network byte order.
namespace ebit::adapt::live {

/// Of all that this file describes; the codec's frames carry their own.
inline constexpr std::uint16_t protocol_version = 2;

/// Asks the device for the next incarnation.
inline constexpr std::uint32_t fresh_incarnation = ~std::uint32_t{0};

enum class control : std::uint8_t { hello = 0x80, welcome, refusal, clock, packet };

[[nodiscard]] constexpr codec::frame_kind kind_of(control c) { return static_cast<codec::frame_kind>(c); }

inline constexpr std::size_t longest_frame = codec::frame_header + codec::largest_content;
/// So that a hello and a welcome fit into a frame.
inline constexpr std::size_t most_ports = 48;

/// The node's first word.
struct hello {
  std::uint16_t version = protocol_version;
  node_id node{};
  std::uint32_t incarnation = fresh_incarnation;  ///< or the one it has been running under
  backend::capabilities needs{};
  std::vector<std::uint32_t> slots_per_port{};  ///< that it is going to use
};

/// The device's answer.
struct welcome {
  std::uint64_t session = 0;      ///< another one means that the device has started again
  std::uint32_t incarnation = 0;  ///< the node's; never used before if a fresh one was asked for
  std::uint32_t slow_down = 1;    ///< seconds that one second of the node's clock takes
  backend::limits limits{};
};

/// One by one, with a check of the bounds; once anything was missing, all that follows is 0.
class field_reader {
 public:
  explicit field_reader(std::span<const std::byte> from) : from_{from} {}

  template <class Number>
  [[nodiscard]] Number take() {
    if (from_.size() - at_ < sizeof(Number)) {
      good_ = false;
      at_ = from_.size();
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)
      value = value << 8 | std::to_integer<std::uint64_t>(from_[at_++]);
    return static_cast<Number>(value);
  }
  [[nodiscard]] bool good() const { return good_; }
  /// Everything was there and nothing is left.
  [[nodiscard]] bool complete() const { return good_ && at_ == from_.size(); }

 private:
  std::span<const std::byte> from_;
  std::size_t at_ = 0;
  bool good_ = true;
};

template <class Number>
void put(std::vector<std::byte>& into, Number number) {
  const auto value = static_cast<std::uint64_t>(number);
  for (std::size_t i = sizeof(Number); i-- > 0;) into.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
}

[[nodiscard]] inline std::uint16_t to_bits(const backend::capabilities& c) {
  const std::array<bool, 10> flags{
      c.heralds,  c.measures, c.gates,    c.bell_measures,         c.distils,
      c.switches, c.messages, c.delivers, c.interacts_within_port, c.interacts_across_ports};
  std::uint32_t bits = static_cast<std::uint32_t>(c.emits) << 10;
  for (std::size_t i = 0; i < flags.size(); ++i) bits |= static_cast<std::uint32_t>(flags[i]) << i;
  return static_cast<std::uint16_t>(bits);
}
[[nodiscard]] inline backend::capabilities from_bits(std::uint16_t bits) {
  const auto flag = [bits](unsigned i) { return (std::uint32_t{bits} >> i & 1U) != 0; };
  return {flag(0), flag(1), flag(2),
          flag(3), flag(4), flag(5),
          flag(6), flag(7), static_cast<backend::emission>(std::uint32_t{bits} >> 10 & 3U),
          flag(8), flag(9)};
}

[[nodiscard]] inline std::vector<std::byte> written(const hello& h) {
  std::vector<std::byte> out;
  put(out, std::uint32_t{0x65626974});  // "ebit"
  put(out, h.version);
  put(out, to_bits(h.needs));
  put(out, h.node.value());
  put(out, h.incarnation);
  put(out, static_cast<std::uint16_t>(h.slots_per_port.size()));
  for (const std::uint32_t slots : h.slots_per_port) put(out, slots);
  return out;
}
/// False if it is none. Of another version only that number is read, which is then the one thing to look at.
[[nodiscard]] inline bool read(std::span<const std::byte> from, hello& into) {
  field_reader in{from};
  if (in.take<std::uint32_t>() != 0x65626974) return false;
  into.version = in.take<std::uint16_t>();
  if (into.version != protocol_version) return in.good();
  into.needs = from_bits(in.take<std::uint16_t>());
  into.node = node_id{in.take<std::uint32_t>()};
  into.incarnation = in.take<std::uint32_t>();
  const auto ports = in.take<std::uint16_t>();
  if (ports > most_ports) return false;
  into.slots_per_port.resize(ports);
  for (std::uint32_t& slots : into.slots_per_port) slots = in.take<std::uint32_t>();
  return in.complete();
}

[[nodiscard]] inline std::vector<std::byte> written(const welcome& w) {
  std::vector<std::byte> out;
  put(out, w.session);
  put(out, w.incarnation);
  put(out, w.slow_down);
  for (const duration span : {w.limits.shortest_period, w.limits.gate_time, w.limits.operation_time})
    put(out, span.picoseconds());
  put(out, static_cast<std::uint16_t>(w.limits.slots_per_port.size()));
  for (const std::uint32_t slots : w.limits.slots_per_port) put(out, slots);
  return out;
}
[[nodiscard]] inline bool read(std::span<const std::byte> from, welcome& into) {
  field_reader in{from};
  into.session = in.take<std::uint64_t>();
  into.incarnation = in.take<std::uint32_t>();
  into.slow_down = in.take<std::uint32_t>();
  for (duration* span : {&into.limits.shortest_period, &into.limits.gate_time, &into.limits.operation_time})
    *span = duration::picoseconds(in.take<std::int64_t>());
  const auto ports = in.take<std::uint16_t>();
  if (ports > most_ports) return false;
  into.limits.slots_per_port.resize(ports);
  for (std::uint32_t& slots : into.limits.slots_per_port) slots = in.take<std::uint32_t>();
  return in.complete() && into.slow_down > 0 && into.limits.validate();
}

/// What is to be written.
class outbox {
 public:
  [[nodiscard]] std::size_t waiting() const { return end_ - sent_; }
  void clear() {
    sent_ = end_ = 0;
    stamp_ = local_time::never();
  }

  /// An action or event; false if it holds a value that cannot be written, and then nothing is.
  template <class Item>
  [[nodiscard]] bool add(local_time stamp, const Item& item) {
    set_clock(stamp);
    make_room();
    const std::size_t size = codec::encode_frame(item, std::span{bytes_}.subspan(end_));
    end_ += size;
    return size != 0;
  }
  void add(local_time stamp, control kind, std::span<const std::byte> content) {
    set_clock(stamp);
    add(kind, content);
  }
  void add(control kind, std::span<const std::byte> content) {
    make_room();
    end_ += codec::encode_frame(kind_of(kind), content, std::span{bytes_}.subspan(end_));
  }

  /// Writes what the system takes; false if the other end is gone.
  [[nodiscard]] bool flush(stream_socket& to) {
    while (sent_ < end_) {
      const transfer did = to.write(std::span{bytes_}.subspan(sent_, end_ - sent_));
      if (!did.open) return false;
      if (did.bytes == 0) return true;
      sent_ += did.bytes;
    }
    sent_ = end_ = 0;
    return true;
  }

 private:
  void set_clock(local_time stamp) {
    if (stamp == stamp_) return;
    std::array<std::byte, 8> clock;
    codec::detail::store(clock.data(), static_cast<std::uint64_t>(stamp.since_epoch().picoseconds()));
    add(control::clock, clock);
    stamp_ = stamp;
  }
  /// For one more frame.
  void make_room() {
    if (bytes_.size() - end_ >= longest_frame) return;
    if (sent_ > end_ / 2) {
      std::memmove(bytes_.data(), bytes_.data() + sent_, end_ - sent_);
      end_ -= sent_;
      sent_ = 0;
    }
    if (bytes_.size() - end_ < longest_frame) bytes_.resize(2 * bytes_.size() + 16 * longest_frame);
  }

  std::vector<std::byte> bytes_;
  std::size_t sent_ = 0;
  std::size_t end_ = 0;
  local_time stamp_ = local_time::never();  ///< that the other end knows
};

/// What comes in, as frames.
class inbox {
 public:
  void clear() {
    frames_.reset();
    stamp_ = local_time{};
  }
  /// Of the frames that follow.
  [[nodiscard]] local_time stamp() const { return stamp_; }

  /// Reads once and calls `handler(frame_kind, content)` for every frame that has arrived, but `clock` ones; it says
  /// whether the frame was in order. False if the other end is gone or wrote something that is none of this.
  template <class Handler>
  [[nodiscard]] bool fill(stream_socket& from, Handler&& handler) {
    const transfer did = from.read(bytes_);
    bool good = true;
    const codec::fault fault =
        frames_.take(std::span{bytes_}.first(did.bytes), [&](codec::frame_kind kind, std::span<const std::byte> c) {
          if (!good) return;
          if (kind != kind_of(control::clock)) {
            good = handler(kind, c);
            return;
          }
          field_reader in{c};
          stamp_ = local_time{duration::picoseconds(in.take<std::int64_t>())};
          good = in.complete();
        });
    more_ = did.bytes == bytes_.size();
    return did.open && good && fault == codec::fault::none;
  }
  /// The last `fill` left something to read.
  [[nodiscard]] bool more() const { return more_; }

 private:
  std::vector<std::byte> bytes_ = std::vector<std::byte>(std::size_t{1} << 16);
  codec::frame_reader frames_;
  local_time stamp_;
  bool more_ = false;
};

}  // namespace ebit::adapt::live
