// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/codec_events.hpp>

namespace ebit::codec {

namespace detail {

template <>
inline constexpr action::gate_kind last_of<action::gate_kind> = action::gate_kind::cz;

template <>
struct layout<action::attempt>
    : numbered<0x40, field<&action::attempt::operation>, field<&action::attempt::at>, field<&action::attempt::path>,
               field<&action::attempt::circuit>, field<&action::attempt::epoch>, field<&action::attempt::first_cycle>,
               field<&action::attempt::period>, field<&action::attempt::spacing>, field<&action::attempt::first_slot>,
               field<&action::attempt::modes>, field<&action::attempt::bright_state, fraction>> {};

template <>
struct layout<action::stop> : numbered<0x41, field<&action::stop::operation>, field<&action::stop::at>> {};

template <>
struct layout<action::initialise> : numbered<0x42, field<&action::initialise::operation>,
                                             field<&action::initialise::at>, field<&action::initialise::slot>> {};

template <>
struct layout<action::move> : numbered<0x43, field<&action::move::operation>, field<&action::move::at>,
                                       field<&action::move::from>, field<&action::move::to>> {};

template <>
struct layout<action::bell_measure>
    : numbered<0x44, field<&action::bell_measure::operation>, field<&action::bell_measure::at>,
               field<&action::bell_measure::upstream>, field<&action::bell_measure::downstream>> {};

template <>
struct layout<action::distil>
    : numbered<0x45, field<&action::distil::operation>, field<&action::distil::at>, field<&action::distil::keep>,
               field<&action::distil::sacrifice>, field<&action::distil::recipe>, field<&action::distil::end>> {};

template <>
struct layout<action::gate>
    : numbered<0x46, field<&action::gate::operation>, field<&action::gate::at>, field<&action::gate::kind>,
               field<&action::gate::control>, field<&action::gate::target>> {};

template <>
struct layout<action::measure> : numbered<0x47, field<&action::measure::operation>, field<&action::measure::at>,
                                          field<&action::measure::slot>, field<&action::measure::in>> {};

template <>
struct layout<action::measure_directly>
    : numbered<0x48, field<&action::measure_directly::operation>, field<&action::measure_directly::at>,
               field<&action::measure_directly::batch>, field<&action::measure_directly::schedule>> {};

template <>
struct layout<action::transfer> : numbered<0x49, field<&action::transfer::operation>, field<&action::transfer::at>,
                                           field<&action::transfer::slot>, field<&action::transfer::port>> {};

template <>
struct layout<action::absorb> : numbered<0x4a, field<&action::absorb::operation>, field<&action::absorb::at>,
                                         field<&action::absorb::slot>, field<&action::absorb::port>> {};

template <>
struct layout<action::correct> : numbered<0x4b, field<&action::correct::operation>, field<&action::correct::at>,
                                          field<&action::correct::slot>, field<&action::correct::frame>> {};

template <>
struct layout<action::free> : numbered<0x4c, field<&action::free::slot>> {};

template <>
struct layout<action::calibrate> : numbered<0x4d, field<&action::calibrate::operation>, field<&action::calibrate::at>,
                                            field<&action::calibrate::port>> {};

template <>
struct layout<action::connect> : numbered<0x4e, field<&action::connect::operation>, field<&action::connect::at>,
                                          field<&action::connect::in>, field<&action::connect::out>> {};

template <>
struct layout<action::clear>
    : numbered<0x4f, field<&action::clear::operation>, field<&action::clear::at>, field<&action::clear::port>> {};

template <>
struct layout<action::send> : numbered<0x50, unwritten<&action::send::content>> {};

template <>
struct layout<action::deliver>
    : numbered<0x51, field<&action::deliver::operation>, field<&action::deliver::slot>,
               field<&action::deliver::request>, field<&action::deliver::circuit>, field<&action::deliver::peer>,
               field<&action::deliver::name>, field<&action::deliver::frame>, field<&action::deliver::born>,
               field<&action::deliver::estimated_fidelity, number>, field<&action::deliver::purpose>,
               field<&action::deliver::is_measured>, field<&action::deliver::measured_in>,
               field<&action::deliver::bit>> {};

template <>
struct layout<action::revoke>
    : numbered<0x52, field<&action::revoke::request>, field<&action::revoke::circuit>, field<&action::revoke::name>> {
};

template <>
struct layout<action::report>
    : numbered<0x53, field<&action::report::request>, field<&action::report::outcome>, field<&action::report::why>,
               field<&action::report::hop>, field<&action::report::hops>, field<&action::report::value, number>,
               field<&action::report::element>> {};

}  // namespace detail

/// No action takes more bytes: version (1), type (1), its fields; of a message to send at last the message.
inline constexpr std::size_t largest_action = detail::set<action::any>::most;

/// Writes an action and returns the number of bytes; 0 if there is no room, a field is out of its range or the
/// message in it cannot be encoded.
template <class Action>
  requires detail::is_one_of<Action, action::any>
[[nodiscard]] std::size_t encode(const Action& a, std::span<std::byte> out) noexcept {
  return detail::encode_one(a, out);
}
[[nodiscard]] inline std::size_t encode(const action::any& a, std::span<std::byte> out) noexcept {
  return detail::set<action::any>::encode(a, out);
}
[[nodiscard]] inline decoded<action::any> decode_action(std::span<const std::byte> in) noexcept {
  return detail::set<action::any>::decode(in);
}

}  // namespace ebit::codec
