// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

#include <ebit/backend/codec.hpp>
#include <ebit/backend/recording.hpp>

namespace ebit::backend {

namespace detail {

/// The frames of a recording that hold no event and no action: a time, which is that of the frame after it, or of a
/// deadline.
enum class recording_frame : std::uint8_t { time = 0x80, deadline = 0x81 };

[[nodiscard]] inline std::array<std::byte, 8> bytes_of(local_time when) {
  std::array<std::byte, 8> out{};
  auto count = static_cast<std::uint64_t>(when.since_epoch().picoseconds());
  for (std::size_t i = 8; i-- > 0; count >>= 8) out[i] = static_cast<std::byte>(count & 0xffU);
  return out;
}
[[nodiscard]] inline local_time time_of(std::span<const std::byte> in) {
  std::uint64_t count = 0;
  for (const std::byte b : in) count = count << 8 | static_cast<std::uint64_t>(b);
  return local_time{duration::picoseconds(static_cast<std::int64_t>(count))};
}

}  // namespace detail

/// A recording as a stream of the codec's frames. Nothing if an entry holds what has no byte form, such as a value
/// out of its range.
[[nodiscard]] inline std::optional<std::vector<std::byte>> to_bytes(const recording& told) {
  std::vector<std::byte> out;
  std::array<std::byte, codec::frame_header + codec::largest_content> room;
  const auto append = [&](std::size_t length) { out.insert(out.end(), room.data(), room.data() + length); };
  for (const recording::entry& e : told.entries) {
    const bool expires = std::holds_alternative<recording::deadline>(e.what);
    const auto kind = expires ? detail::recording_frame::deadline : detail::recording_frame::time;
    append(codec::encode_frame(static_cast<codec::frame_kind>(kind), detail::bytes_of(e.when), room));
    if (expires) continue;
    const event::any* const event = std::get_if<event::any>(&e.what);
    const std::size_t length = event != nullptr ? codec::encode_frame(*event, room)
                                                : codec::encode_frame(std::get<action::any>(e.what), room);
    if (length == 0) return std::nullopt;
    append(length);
  }
  return out;
}

/// Reads what `to_bytes` wrote. `used` counts the bytes before the fault.
[[nodiscard]] inline codec::decoded<recording> recording_of(std::span<const std::byte> in) {
  codec::decoded<recording> read;
  std::optional<local_time> when;
  codec::frame_reader frames;
  const auto take = [&](codec::frame_kind kind, std::span<const std::byte> content) {
    if (read.error != codec::fault::none) return;
    const auto timed = [&](const auto& decoded) {
      read.error = !when ? codec::fault::bad_frame : decoded.error;
      if (read.error == codec::fault::none) read.value.entries.push_back({*when, decoded.value});
      when.reset();
    };
    const auto own = static_cast<detail::recording_frame>(kind);
    if (kind == codec::frame_kind::event) {
      timed(codec::decode_event(content));
    } else if (kind == codec::frame_kind::action) {
      timed(codec::decode_action(content));
    } else if (own != detail::recording_frame::time && own != detail::recording_frame::deadline) {
      read.error = codec::fault::unknown_type;
    } else if (content.size() != 8) {
      read.error = codec::fault::bad_length;
    } else if (when) {
      read.error = codec::fault::bad_frame;
    } else if (own == detail::recording_frame::deadline) {
      read.value.expire(detail::time_of(content));
    } else {
      when = detail::time_of(content);
    }
    if (read.error == codec::fault::none) read.used += codec::frame_header + content.size();
  };
  const codec::fault stream = frames.take(in, take);
  if (read.error == codec::fault::none) read.error = stream != codec::fault::none ? stream : frames.end();
  if (read.error == codec::fault::none && when) read.error = codec::fault::truncated;
  return read;
}

}  // namespace ebit::backend
