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
///
/// Slots are numbered through the ports, one port after another in the order of `limits().slots_per_port`: with {2, 3}
/// port 0 has the slots 0 and 1, and port 1 has 2, 3 and 4. Further slots, such as buffers, come after all of these.
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

namespace detail {

// Functions, for compilers take a || in a concept apart and name neither side of it.

[[nodiscard]] consteval bool implies(bool needed, bool offered) { return !needed || offered; }
/// Whether `Backend` takes the action, if it is needed.
template <class Backend, class Action>
[[nodiscard]] consteval bool performs_if(bool needed) {
  return !needed || performs<Backend, Action>;
}
template <class Backend>
[[nodiscard]] consteval capabilities offers_of() {
  if constexpr (described<Backend>)
    return Backend::capabilities;
  else
    return {};
}

}  // namespace detail

// What a profile may need, one concept for each claim and for each member, so that an error names what is missing.

template <class Backend, class Profile>
concept claims_heralds = detail::implies(needs_of<Profile>.heralds, detail::offers_of<Backend>().heralds);
template <class Backend, class Profile>
concept claims_measures = detail::implies(needs_of<Profile>.measures, detail::offers_of<Backend>().measures);
template <class Backend, class Profile>
concept claims_gates = detail::implies(needs_of<Profile>.gates, detail::offers_of<Backend>().gates);
template <class Backend, class Profile>
concept claims_bell_measures =
    detail::implies(needs_of<Profile>.bell_measures, detail::offers_of<Backend>().bell_measures);
template <class Backend, class Profile>
concept claims_distils = detail::implies(needs_of<Profile>.distils, detail::offers_of<Backend>().distils);
template <class Backend, class Profile>
concept claims_switches = detail::implies(needs_of<Profile>.switches, detail::offers_of<Backend>().switches);
template <class Backend, class Profile>
concept claims_messages = detail::implies(needs_of<Profile>.messages, detail::offers_of<Backend>().messages);
template <class Backend, class Profile>
concept claims_delivers = detail::implies(needs_of<Profile>.delivers, detail::offers_of<Backend>().delivers);

template <class Backend, class Profile>
concept heralds_by_perform_attempt = detail::performs_if<Backend, action::attempt>(needs_of<Profile>.heralds);
template <class Backend, class Profile>
concept heralds_by_perform_stop = detail::performs_if<Backend, action::stop>(needs_of<Profile>.heralds);
template <class Backend, class Profile>
concept heralds_by_perform_free = detail::performs_if<Backend, action::free>(needs_of<Profile>.heralds);
template <class Backend, class Profile>
concept measures_by_perform_measure = detail::performs_if<Backend, action::measure>(needs_of<Profile>.measures);
template <class Backend, class Profile>
concept gates_by_perform_gate = detail::performs_if<Backend, action::gate>(needs_of<Profile>.gates);
template <class Backend, class Profile>
concept bell_measures_by_perform_bell_measure =
    detail::performs_if<Backend, action::bell_measure>(needs_of<Profile>.bell_measures);
template <class Backend, class Profile>
concept distils_by_perform_distil = detail::performs_if<Backend, action::distil>(needs_of<Profile>.distils);
template <class Backend, class Profile>
concept switches_by_perform_connect = detail::performs_if<Backend, action::connect>(needs_of<Profile>.switches);
template <class Backend, class Profile>
concept switches_by_perform_clear = detail::performs_if<Backend, action::clear>(needs_of<Profile>.switches);
template <class Backend, class Profile>
concept messages_by_perform_send = detail::performs_if<Backend, action::send>(needs_of<Profile>.messages);
template <class Backend, class Profile>
concept delivers_by_perform_deliver = detail::performs_if<Backend, action::deliver>(needs_of<Profile>.delivers);
template <class Backend, class Profile>
concept delivers_by_perform_revoke = detail::performs_if<Backend, action::revoke>(needs_of<Profile>.delivers);
template <class Backend, class Profile>
concept delivers_by_perform_report = detail::performs_if<Backend, action::report>(needs_of<Profile>.delivers);

/// The slots that have to emit and to interact for `Profile` do.
template <class Backend, class Profile>
concept reaches_slots = described<Backend> && (needs_of<Profile>.emits <= Backend::capabilities.emits) &&
                        (!needs_of<Profile>.interacts_within_port || Backend::capabilities.interacts_within_port) &&
                        (!needs_of<Profile>.interacts_across_ports || Backend::capabilities.interacts_across_ports);

/// Whether nodes of `Profile` can run on `Backend`: everything the profile needs is offered, and really there.
template <class Backend, class Profile>
concept serves =
    described<Backend> && claims_heralds<Backend, Profile> && claims_measures<Backend, Profile> &&
    claims_gates<Backend, Profile> && claims_bell_measures<Backend, Profile> && claims_distils<Backend, Profile> &&
    claims_switches<Backend, Profile> && claims_messages<Backend, Profile> && claims_delivers<Backend, Profile> &&
    heralds_by_perform_attempt<Backend, Profile> && heralds_by_perform_stop<Backend, Profile> &&
    heralds_by_perform_free<Backend, Profile> && measures_by_perform_measure<Backend, Profile> &&
    gates_by_perform_gate<Backend, Profile> && bell_measures_by_perform_bell_measure<Backend, Profile> &&
    distils_by_perform_distil<Backend, Profile> && switches_by_perform_connect<Backend, Profile> &&
    switches_by_perform_clear<Backend, Profile> && messages_by_perform_send<Backend, Profile> &&
    delivers_by_perform_deliver<Backend, Profile> && delivers_by_perform_revoke<Backend, Profile> &&
    delivers_by_perform_report<Backend, Profile> && reaches_slots<Backend, Profile>;

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
