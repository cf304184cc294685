// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <type_traits>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/capabilities.hpp>
#include <ebit/backend/events.hpp>

/// What hardware must offer. The concepts are independent of each other; a backend models the ones it has and says so
/// in its `static constexpr capabilities`, so that a stack that needs another one is refused by that one's name.
///
/// `perform` takes an action and returns at once. What comes of it is told by events, never during the call. Times
/// are read on the node's own clock.
namespace ebit::backend {

template <class Backend, class Action>
concept performs = requires(Backend& device, const Action& wanted) {
  { device.perform(wanted) } -> std::same_as<void>;
};

/// Says at compile time what it offers.
template <class Backend>
concept described = requires {
  { Backend::capabilities } -> std::same_as<const capabilities&>;
  typename std::bool_constant<(Backend::capabilities == Backend::capabilities)>;
};

/// Makes heralded pairs: batches of attempts that run until stopped, in slots that are used again once freed.
template <class Backend>
concept heralds = described<Backend> && Backend::capabilities.heralds && performs<Backend, action::attempt> &&
                  performs<Backend, action::stop> && performs<Backend, action::free>;

template <class Backend>
concept measures = described<Backend> && Backend::capabilities.measures && performs<Backend, action::measure>;

template <class Backend>
concept gates = described<Backend> && Backend::capabilities.gates && performs<Backend, action::gate>;

template <class Backend>
concept bell_measures =
    described<Backend> && Backend::capabilities.bell_measures && performs<Backend, action::bell_measure>;

template <class Backend>
concept distils = described<Backend> && Backend::capabilities.distils && performs<Backend, action::distil>;

template <class Backend>
concept switches = described<Backend> && Backend::capabilities.switches && performs<Backend, action::connect> &&
                   performs<Backend, action::clear>;

/// Carries messages to any node.
template <class Backend>
concept messages = described<Backend> && Backend::capabilities.messages && performs<Backend, action::send>;

/// Has an application above it that takes halves and hears how its requests stand.
template <class Backend>
concept delivers = described<Backend> && Backend::capabilities.delivers && performs<Backend, action::deliver> &&
                   performs<Backend, action::revoke> && performs<Backend, action::report>;

/// The slots that have to emit and to interact for `Profile` do.
template <class Backend, class Profile>
concept reaches_slots = described<Backend> && (needs_of<Profile>.emits <= Backend::capabilities.emits) &&
                        (!needs_of<Profile>.interacts_within_port || Backend::capabilities.interacts_within_port) &&
                        (!needs_of<Profile>.interacts_across_ports || Backend::capabilities.interacts_across_ports);

/// Whether nodes of `Profile` can run on `Backend`: everything the profile needs is offered, and really there.
template <class Backend, class Profile>
concept serves =
    described<Backend> && (!needs_of<Profile>.heralds || heralds<Backend>) &&
    (!needs_of<Profile>.measures || measures<Backend>) && (!needs_of<Profile>.gates || gates<Backend>) &&
    (!needs_of<Profile>.bell_measures || bell_measures<Backend>) &&
    (!needs_of<Profile>.distils || distils<Backend>) && (!needs_of<Profile>.switches || switches<Backend>) &&
    (!needs_of<Profile>.messages || messages<Backend>) && (!needs_of<Profile>.delivers || delivers<Backend>) &&
    reaches_slots<Backend, Profile>;

namespace detail {

/// Stands for whatever a driver gives to `poll`: can be called with every event.
struct any_handler {
  template <class Event>
  void operator()(const Event&) const {}
};

}  // namespace detail

/// Can be driven: `poll(handler)` calls the handler with the next event that is due and says whether there was one.
/// The handler may perform actions, so the event has left the backend's queue by then.
template <class Backend>
concept event_source = requires(Backend& device, const Backend& seen, const detail::any_handler& handler) {
  { seen.now() } -> std::same_as<local_time>;
  { seen.limits() } -> std::convertible_to<limits>;
  { device.poll(handler) } -> std::same_as<bool>;
};

/// Can idle: `wait(until)` returns when an event may be due, at the latest when the clock shows `until`.
template <class Backend>
concept waits = requires(Backend& device, local_time until) {
  { device.wait(until) } -> std::same_as<void>;
};

/// Forwards a node's actions to a backend. An action that the backend lacks cannot come from a profile it serves.
template <class Backend>
class sink {
 public:
  constexpr explicit sink(Backend& device) : device_{&device} {}

  template <class Action>
  void operator()(const Action& wanted) const {
    if constexpr (performs<Backend, Action>)
      device_->perform(wanted);
    else
      EBIT_ASSERT(false, "a policy asked for an action that its needs do not name");
  }

 private:
  Backend* device_;
};

}  // namespace ebit::backend
