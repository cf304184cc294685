// SPDX-License-Identifier: Apache-2.0
// Near misses: types that almost model a concept of backends do not.
#include <ebit/backend/drive.hpp>
#include <ebit/backend/from_gates.hpp>
#include <ebit/backend/traced.hpp>
#include <ebit/node/profile.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/swap/sequential.hpp>
#include <ebit/testing/archetypes.hpp>
#include <ebit/testing/manual_device.hpp>

using namespace ebit;
namespace smallest = ebit::testing::archetype;

namespace {

// Each archetype models its own concept and no other.
static_assert(!backend::measures<smallest::heralding_device> && !backend::heralds<smallest::measuring_device>);
static_assert(!backend::gates<smallest::measuring_device> && !backend::measures<smallest::gate_device>);
static_assert(!backend::distils<smallest::bell_measuring_device> &&
              !backend::bell_measures<smallest::distilling_device>);
static_assert(!backend::messages<smallest::application> && !backend::delivers<smallest::messenger>);
static_assert(!backend::switches<smallest::heralding_device> && !backend::event_source<smallest::switching_device>);
static_assert(!backend::waits<smallest::silent_source> && !backend::described<smallest::silent_source>);

struct unannounced : smallest::messenger {  // can, but does not say so
  static constexpr backend::capabilities capabilities{};
};
static_assert(!backend::messages<unannounced>);

struct boastful {  // says so, but cannot
  static constexpr backend::capabilities capabilities = backend::capabilities::everything();
};
static_assert(backend::described<boastful> && !backend::messages<boastful> && !backend::heralds<boastful>);

struct without_stop {
  static constexpr backend::capabilities capabilities{.heralds = true};
  void perform(const action::attempt&) {}
  void perform(const action::free&) {}
};
static_assert(!backend::heralds<without_stop>);

struct answers_at_once {
  static constexpr backend::capabilities capabilities{.measures = true};
  bool perform(const action::measure&) { return true; }
};
static_assert(!backend::measures<answers_at_once>);

struct takes_away {  // wants to change what it is given
  static constexpr backend::capabilities capabilities{.gates = true};
  void perform(action::gate&) {}
};
static_assert(!backend::gates<takes_away>);

struct one_way_switch {
  static constexpr backend::capabilities capabilities{.switches = true};
  void perform(const action::connect&) {}
};
static_assert(!backend::switches<one_way_switch>);

struct decides_later : smallest::messenger {  // capabilities have to be known at compile time
  [[maybe_unused]] static backend::capabilities capabilities;
};
static_assert(!backend::described<decides_later> && !backend::messages<decides_later>);

struct keeps_it_private {
  static constexpr backend::capabilities capabilities{.messages = true};

 private:
  void perform(const action::send&) {}
};
static_assert(!backend::messages<keeps_it_private>);

struct says_nothing : smallest::silent_source {
  void poll(const auto&) {}
};
static_assert(!backend::event_source<says_nothing>);

struct on_world_time : smallest::silent_source {
  [[nodiscard]] world_time now() const { return {}; }
};
static_assert(!backend::event_source<on_world_time>);

struct changes_when_asked : smallest::silent_source {
  [[nodiscard]] backend::limits limits() { return {}; }
};
static_assert(!backend::event_source<changes_when_asked>);

struct hears_events_only {
  void operator()(local_time, const event::done&) {}
};
static_assert(backend::record_sink<backend::recorder> && !backend::record_sink<hears_events_only>);

// What stacks need.
struct distilling : default_profile {
  using purify = ebit::purify::dejmps;
};
struct at_the_end : ebit::swap::as_soon_as_possible {  // a node that never stands between ends
  static constexpr backend::capabilities needs{};
};
struct endpoint : default_profile {
  using swap = at_the_end;
};
static_assert(!backend::needs_of<default_profile>.distils &&
              !backend::needs_of<default_profile>.interacts_within_port);
static_assert(backend::needs_of<distilling>.distils && backend::needs_of<distilling>.interacts_within_port);
static_assert(backend::needs_of<default_profile>.bell_measures && !backend::needs_of<endpoint>.bell_measures);
static_assert(!backend::needs_of<default_profile>.gates && !backend::needs_of<default_profile>.switches);
static_assert(backend::needs_of<default_profile>.emits == backend::emission::every_slot);

// Needs ⊆ capabilities.
static_assert(backend::capabilities::everything().cover(backend::needs_of<distilling>));
static_assert(!backend::capabilities{}.cover(backend::needs_of<endpoint>));
static_assert(
    !backend::capabilities{.emits = backend::emission::one_per_port}.cover({.emits = backend::emission::every_slot}));
static_assert(backend::capabilities{.emits = backend::emission::one_per_port}.cover(
    {.emits = backend::emission::one_per_node}));

/// A trap with photon collection: two-qubit gates and read-out, nothing composite.
struct ion_trap : smallest::heralding_device, smallest::messenger, smallest::application {
  static constexpr backend::capabilities capabilities{.heralds = true,
                                                      .measures = true,
                                                      .gates = true,
                                                      .messages = true,
                                                      .delivers = true,
                                                      .emits = backend::emission::every_slot,
                                                      .interacts_within_port = true,
                                                      .interacts_across_ports = true};
  using smallest::application::perform;
  using smallest::heralding_device::perform;
  using smallest::messenger::perform;
  void perform(const action::gate&) {}
  void perform(const action::measure&) {}
  [[nodiscard]] local_time now() const { return {}; }
  [[nodiscard]] backend::limits limits() const { return {}; }
  bool poll(const auto&) { return false; }
};
static_assert(backend::serves<ion_trap, endpoint>);
static_assert(!backend::serves<ion_trap, default_profile> && !backend::serves<ion_trap, distilling>);
static_assert(backend::serves<backend::from_gates<ion_trap>, default_profile>);
static_assert(backend::serves<backend::from_gates<ion_trap>, distilling>);
static_assert(backend::event_source<backend::from_gates<ion_trap>>);
static_assert(backend::serves<backend::traced<backend::from_gates<ion_trap>>, distilling>);

static_assert(backend::serves<testing::manual_device, distilling>);
static_assert(!backend::performs<testing::manual_device, event::done>);
static_assert(!backend::performs<backend::traced<ion_trap>, action::distil>);

}  // namespace
