// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <ebit/backend/codec_actions.hpp>
#include <ebit/backend/codec_bytes.hpp>
#include <ebit/backend/codec_events.hpp>
#include <ebit/backend/codec_messages.hpp>
#include <ebit/core/extremes.hpp>

namespace ebit::codec {

/// What a frame of a stream holds. Numbers from 0x80 are users' own.
enum class frame_kind : std::uint8_t { message = 1, event = 2, action = 3, first_user = 0x80 };

/// Bytes before the content of a frame: mark (1), kind (1), length of the content (2).
inline constexpr std::size_t frame_header = 4;
/// The first byte of every frame.
inline constexpr std::uint8_t frame_mark = 0xeb;
/// Content of a frame, unless a reader is made for more.
inline constexpr std::size_t largest_content = 256;
static_assert(largest_content >= greatest(largest_message, largest_event, largest_action));

/// Writes a frame around bytes and returns the number of its bytes; 0 if there is no room or the content is longer
/// than a length can say.
[[nodiscard]] inline std::size_t encode_frame(frame_kind kind, std::span<const std::byte> content,
                                              std::span<std::byte> out) noexcept {
  if (content.size() > 0xffff || out.size() < frame_header || out.size() - frame_header < content.size()) return 0;
  detail::store(out.data(), frame_mark);
  detail::store(out.data() + 1, static_cast<std::uint8_t>(kind));
  detail::store(out.data() + 2, static_cast<std::uint16_t>(content.size()));
  if (!content.empty()) std::memmove(out.data() + frame_header, content.data(), content.size());
  return frame_header + content.size();
}

namespace detail {

template <class T>
[[nodiscard]] std::size_t framed(frame_kind kind, const T& value, std::span<std::byte> out) noexcept {
  if (out.size() < frame_header) return 0;
  const std::size_t length = encode(value, out.subspan(frame_header));
  if (length == 0) return 0;
  return encode_frame(kind, out.subspan(frame_header, length), out);
}

}  // namespace detail

/// Writes a frame of the fitting kind around a message, an event or an action; 0 where `encode` gives 0.
[[nodiscard]] inline std::size_t encode_frame(const message& m, std::span<std::byte> out) noexcept {
  return detail::framed(frame_kind::message, m, out);
}
template <class Event>
  requires(detail::is_one_of<Event, event::any> || std::is_same_v<Event, event::any>)
[[nodiscard]] std::size_t encode_frame(const Event& e, std::span<std::byte> out) noexcept {
  return detail::framed(frame_kind::event, e, out);
}
template <class Action>
  requires(detail::is_one_of<Action, action::any> || std::is_same_v<Action, action::any>)
[[nodiscard]] std::size_t encode_frame(const Action& a, std::span<std::byte> out) noexcept {
  return detail::framed(frame_kind::action, a, out);
}

/// Cuts a stream of bytes, which arrives in chunks of any size, into frames. Its memory is a member: nothing
/// allocates. After a fault the stream is of no use, since nobody knows where the next frame begins: every chunk is
/// refused until `reset`.
template <std::size_t Capacity = largest_content>
class basic_frame_reader {
 public:
  static_assert(Capacity <= 0xffff);

  /// Takes all of `chunk` and calls `handler(frame_kind, std::span<const std::byte> content)` for every frame that is
  /// complete with it, in order. The content is valid during the call alone, and the handler must not use this
  /// reader.
  template <class Handler>
  fault take(std::span<const std::byte> chunk, Handler&& handler) {
    while (error_ == fault::none && !chunk.empty()) {
      if (held_ == 0 && chunk.size() >= frame_header) {  // a frame that lies in the chunk as a whole is not copied
        if (!check(chunk.data(), frame_header)) break;
        const std::size_t whole = frame_header + length_of(chunk.data());
        if (whole <= chunk.size()) {
          handler(kind_of(chunk.data()), chunk.subspan(frame_header, whole - frame_header));
          chunk = chunk.subspan(whole);
          continue;
        }
      }
      const std::size_t wanted = held_ < frame_header ? frame_header : frame_header + length_of(buffer_.data());
      const std::size_t more = least(wanted - held_, chunk.size());
      std::memcpy(buffer_.data() + held_, chunk.data(), more);
      held_ += more;
      chunk = chunk.subspan(more);
      if (!check(buffer_.data(), held_)) break;
      if (held_ < frame_header || held_ < frame_header + length_of(buffer_.data())) continue;
      const std::size_t length = held_ - frame_header;
      held_ = 0;
      handler(kind_of(buffer_.data()), std::span<const std::byte>{buffer_.data() + frame_header, length});
    }
    return error_;
  }

  /// Why the stream is of no use, or `none`.
  [[nodiscard]] fault error() const { return error_; }
  /// To be asked where the stream ends: `truncated` within a frame.
  [[nodiscard]] fault end() const { return error_ == fault::none && held_ > 0 ? fault::truncated : error_; }
  /// For a new stream.
  void reset() {
    held_ = 0;
    error_ = fault::none;
  }

 private:
  [[nodiscard]] static std::size_t length_of(const std::byte* frame) {
    return detail::load<std::uint16_t>(frame + 2);
  }
  [[nodiscard]] static frame_kind kind_of(const std::byte* frame) {
    return static_cast<frame_kind>(detail::load<std::uint8_t>(frame + 1));
  }

  /// Of a frame's first `known` bytes; at least one.
  bool check(const std::byte* frame, std::size_t known) {
    if (detail::load<std::uint8_t>(frame) != frame_mark)
      error_ = fault::bad_frame;
    else if (known >= frame_header && length_of(frame) > Capacity)
      error_ = fault::bad_length;
    return error_ == fault::none;
  }

  std::array<std::byte, frame_header + Capacity> buffer_{};
  std::size_t held_ = 0;
  fault error_ = fault::none;
};

using frame_reader = basic_frame_reader<>;

}  // namespace ebit::codec
