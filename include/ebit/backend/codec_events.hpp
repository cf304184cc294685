// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include <ebit/backend/codec_messages.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>

namespace ebit::codec {

namespace detail {

template <>
inline constexpr event::health last_of<event::health> = event::health::leaving;

/// A layout with the number by which bytes say what they are. Events have 0x01 to 0x3f, actions 0x40 to 0x7f.
template <std::uint8_t Number, class... Fields>
struct numbered : fields<Fields...> {
  static constexpr std::uint8_t type = Number;
};

template <>
struct layout<event::heralded>
    : numbered<0x01, field<&event::heralded::operation>, field<&event::heralded::slot>,
               field<&event::heralded::sequence>, field<&event::heralded::state>, field<&event::heralded::born>> {};

template <>
struct layout<event::done> : numbered<0x02, field<&event::done::operation>> {};

template <>
struct layout<event::failed> : numbered<0x03, field<&event::failed::operation>, field<&event::failed::why>> {};

template <>
struct layout<event::measured>
    : numbered<0x04, field<&event::measured::operation>, field<&event::measured::bits, at_most<3>>> {};

template <>
struct layout<event::erased> : numbered<0x05, field<&event::erased::slot>, field<&event::erased::leaked>> {};

template <>
struct layout<event::calibration_needed> : numbered<0x06, field<&event::calibration_needed::port>> {};

template <>
struct layout<event::received>
    : numbered<0x07, field<&event::received::flight>, unwritten<&event::received::content>> {};

// What the node itself refuses with a report (priority, weight, fidelity) passes.
template <>
struct layout<event::request>
    : numbered<0x08, field<&event::request::id>, field<&event::request::peer>, field<&event::request::pairs>,
               field<&event::request::min_fidelity, number>, field<&event::request::kind>,
               field<&event::request::bases>, field<&event::request::priority>, field<&event::request::weight>,
               field<&event::request::purpose>, field<&event::request::atomic>, field<&event::request::consecutive>,
               field<&event::request::time_limit>, field<&event::request::tenant>> {};

template <>
struct layout<event::path_up>
    : numbered<0x09, field<&event::path_up::port>, field<&event::path_up::path>, field<&event::path_up::peer>,
               field<&event::path_up::delay>, field<&event::path_up::station_here>,
               field<&event::path_up::station_there>, field<&event::path_up::transmittance_here, number>,
               field<&event::path_up::transmittance_there, number>, field<&event::path_up::fidelity_here, number>,
               field<&event::path_up::fidelity_there, number>, field<&event::path_up::stray, number>,
               field<&event::path_up::station>> {};

template <>
struct layout<event::path_down> : numbered<0x0a, field<&event::path_down::port>, field<&event::path_down::path>> {};

template <>
struct layout<event::device_state>
    : numbered<0x0b, field<&event::device_state::port>, field<&event::device_state::state>> {};

/// An event or action whose own fields are followed by a message.
template <class T>
concept carries_message = requires(T value) { value.content.body; };

template <class T>
inline constexpr std::size_t most_bytes = 2 + layout<T>::bytes + (carries_message<T> ? largest_message : 0);

template <class T>
[[nodiscard]] EBIT_ALWAYS_INLINE std::size_t encode_one(const T& value, std::span<std::byte> out) noexcept {
  static_assert(is_complete<T>, "this type has a field that its layout does not name");
  constexpr std::size_t fixed = 2 + layout<T>::bytes;
  if (out.size() < fixed || !layout<T>::put(out.data() + 2, reinterpret_cast<const std::byte*>(&value))) return 0;
  store(out.data(), version);
  store(out.data() + 1, layout<T>::type);
  if constexpr (carries_message<T>) {
    const std::size_t inner = encode(value.content, out.subspan(fixed));
    return inner == 0 ? 0 : fixed + inner;
  } else {
    return fixed;
  }
}

template <class T, class Any>
EBIT_ALWAYS_INLINE void decode_one(std::span<const std::byte> in, decoded<Any>& read) noexcept {
  constexpr std::size_t fixed = 2 + layout<T>::bytes;
  if (in.size() < fixed) {
    read.error = fault::truncated;
    return;
  }
  T& value = read.value.template emplace<T>();
  const bool good = layout<T>::get(in.data() + 2, reinterpret_cast<std::byte*>(&value));
  read.used = fixed;
  if constexpr (carries_message<T>) {
    std::size_t inner = 0;
    read.error = read_message(in.subspan(fixed), value.content, inner);
    read.used = inner == 0 ? 0 : fixed + inner;
  } else if (in.size() > fixed) {
    read.error = fault::trailing;
  }
  if (!good && (read.error == fault::none || read.error == fault::trailing)) read.error = fault::bad_value;
}

/// Any type of a closed set, by its number.
template <class Any>
struct set;

template <class... Types>
struct set<std::variant<Types...>> {
  using any = std::variant<Types...>;
  static constexpr std::size_t most = greatest(most_bytes<Types>...);

  [[nodiscard]] static std::size_t encode(const any& value, std::span<std::byte> out) noexcept {
    return std::visit([&](const auto& each) { return encode_one(each, out); }, value);
  }

  [[nodiscard]] static decoded<any> decode(std::span<const std::byte> in) noexcept {
    decoded<any> read;
    if (in.empty()) {
      read.error = fault::truncated;
    } else if (load<std::uint8_t>(in.data()) != version) {
      read.error = fault::bad_version;
    } else if (in.size() < 2) {
      read.error = fault::truncated;
    } else {
      const auto type = load<std::uint8_t>(in.data() + 1);
      const bool known = ((type == layout<Types>::type && (decode_one<Types>(in, read), true)) || ...);
      if (!known) read.error = fault::unknown_type;
    }
    return read;
  }
};

template <class T, class Any>
inline constexpr bool is_one_of = false;
template <class T, class... Types>
inline constexpr bool is_one_of<T, std::variant<Types...>> = (std::is_same_v<T, Types> || ...);

}  // namespace detail

/// No event takes more bytes: version (1), type (1), its fields; of a received message at last the message.
inline constexpr std::size_t largest_event = detail::set<event::any>::most;

/// Writes an event and returns the number of bytes; 0 if there is no room, a field is out of its range or the message
/// in it cannot be encoded.
template <class Event>
  requires detail::is_one_of<Event, event::any>
[[nodiscard]] std::size_t encode(const Event& e, std::span<std::byte> out) noexcept {
  return detail::encode_one(e, out);
}
[[nodiscard]] inline std::size_t encode(const event::any& e, std::span<std::byte> out) noexcept {
  return detail::set<event::any>::encode(e, out);
}
[[nodiscard]] inline decoded<event::any> decode_event(std::span<const std::byte> in) noexcept {
  return detail::set<event::any>::decode(in);
}

}  // namespace ebit::codec
