// SPDX-License-Identifier: Apache-2.0
// Near misses: types that almost model a concept of a data centre's devices do not.
#include <ebit/backend/device_operations.hpp>
#include <ebit/backend/devices.hpp>
#include <ebit/sim/simulated_analyser_pool.hpp>
#include <ebit/sim/simulated_microwave_segment.hpp>
#include <ebit/sim/simulated_networking_unit.hpp>
#include <ebit/sim/simulated_pair_source.hpp>
#include <ebit/sim/simulated_qpu.hpp>
#include <ebit/sim/simulated_switch.hpp>
#include <ebit/testing/device_archetypes.hpp>

using namespace ebit;
namespace smallest = ebit::testing::archetype;

namespace {

// Each archetype models its own concept and no other.
static_assert(!backend::optical_switch_device<smallest::lifecycle_device>);
static_assert(!backend::optical_switch_device<smallest::analyser_pool_device> &&
              !backend::analyser_pool_device<smallest::optical_switch_device>);
static_assert(!backend::networking_unit_device<smallest::pair_source_device> &&
              !backend::pair_source_device<smallest::networking_unit_device>);
static_assert(!backend::qpu_endpoint_device<smallest::networking_unit_device> &&
              !backend::networking_unit_device<smallest::qpu_endpoint_device>);
static_assert(!backend::microwave_segment_device<smallest::qpu_endpoint_device> &&
              !backend::qpu_endpoint_device<smallest::microwave_segment_device>);
static_assert(!backend::lifecycle_device<smallest::microwave_segment_device>);
// What a node's driver needs of its backend is another matter.
static_assert(!backend::event_source<smallest::optical_switch_device> &&
              !backend::heralds<smallest::networking_unit_device>);

// Lifecycles.
struct never_stops : smallest::lifecycle_device {  // cannot be shut down
  using smallest::lifecycle_device::lifecycle_device;
  void perform(const command::initialise&) {}
  void perform(const command::recover&) {}
};
static_assert(backend::tells_events<never_stops> && !backend::lifecycle_device<never_stops>);

struct answers_at_once : smallest::lifecycle_device {  // what comes of it has to be told by events
  using smallest::lifecycle_device::lifecycle_device;
  bool perform(const command::initialise&) { return true; }
  void perform(const command::deinitialise&) {}
  void perform(const command::recover&) {}
};
static_assert(!backend::lifecycle_device<answers_at_once>);

struct says_in_words : smallest::lifecycle_device {
  using smallest::lifecycle_device::lifecycle_device;
  [[nodiscard]] const char* phase() const { return "ready"; }
};
static_assert(!backend::lifecycle_device<says_in_words>);

struct on_world_time : smallest::lifecycle_device {  // a device has a clock of its own
  using smallest::lifecycle_device::lifecycle_device;
  [[nodiscard]] world_time now() const { return {}; }
};
static_assert(!backend::lifecycle_device<on_world_time>);

// Switches.
struct unannounced_switch : smallest::optical_switch_device {
  static constexpr backend::capabilities capabilities{};
  using smallest::optical_switch_device::optical_switch_device;
};
static_assert(!backend::optical_switch_device<unannounced_switch>);

struct patch_panel : smallest::lifecycle_device {  // joins for ever
  static constexpr backend::capabilities capabilities{.switches = true};
  using smallest::lifecycle_device::lifecycle_device;
  using smallest::lifecycle_device::perform;
  void perform(const action::connect&) {}
  [[nodiscard]] link::optical_switch model() const { return {}; }
};
static_assert(!backend::optical_switch_device<patch_panel>);

struct without_figures : smallest::lifecycle_device {  // how long does it take to move?
  static constexpr backend::capabilities capabilities{.switches = true};
  using smallest::lifecycle_device::lifecycle_device;
  using smallest::lifecycle_device::perform;
  void perform(const action::connect&) {}
  void perform(const action::clear&) {}
};
static_assert(backend::switches<without_figures> && !backend::optical_switch_device<without_figures>);

// Pools.
struct one_analyser : smallest::analyser_pool_device {  // of how many?
  using smallest::analyser_pool_device::analyser_pool_device;
  [[nodiscard]] link::bell_state_analyser model() const { return {}; }
};
static_assert(!backend::analyser_pool_device<one_analyser>);

struct keeps_its_users : smallest::lifecycle_device {
  using smallest::lifecycle_device::lifecycle_device;
  using smallest::lifecycle_device::perform;
  void perform(const command::occupy&) {}
  [[nodiscard]] link::analyser_pool model() const { return {}; }
};
static_assert(!backend::analyser_pool_device<keeps_its_users>);

// Networking units.
struct without_buffers : smallest::lifecycle_device {  // cannot carry halves to them
  using smallest::lifecycle_device::lifecycle_device;
  using smallest::lifecycle_device::perform;
  void perform(const action::initialise&) {}
  void perform(const action::free&) {}
  void perform(const action::calibrate&) {}
  [[nodiscard]] smallest::unit_figures model() const { return {}; }
};
static_assert(!backend::networking_unit_device<without_buffers>);

struct gives_no_hardware : smallest::networking_unit_device {
  struct figures {
    std::uint16_t communication_qubits = 1;
    std::uint16_t buffer_qubits = 0;
  };
  using smallest::networking_unit_device::networking_unit_device;
  [[nodiscard]] figures model() const { return {}; }
};
static_assert(!backend::networking_unit_device<gives_no_hardware>);

struct does_not_count : smallest::networking_unit_device {
  using smallest::networking_unit_device::networking_unit_device;
  [[nodiscard]] link::transducer model() const { return {}; }  // installable, but no unit
};
static_assert(!backend::networking_unit_device<does_not_count>);

// Processors, sources, lines.
struct annealer : smallest::qpu_endpoint_device {  // reads, but has no gates
  static constexpr backend::capabilities capabilities{.measures = true};
};
static_assert(!backend::qpu_endpoint_device<annealer>);

struct always_on : smallest::lifecycle_device {
  using smallest::lifecycle_device::lifecycle_device;
  [[nodiscard]] link::pair_source model() const { return {}; }
};
static_assert(!backend::pair_source_device<always_on>);

struct fibre_line : smallest::microwave_segment_device {
  [[nodiscard]] link::pair_source model() const { return {}; }
};
static_assert(!backend::microwave_segment_device<fibre_line>);

struct one_way : smallest::microwave_segment_device {
  void perform(const action::transfer&) {}
};
static_assert(!backend::microwave_segment_device<one_way>);

// The simulated ones are what they should be, and no more.
static_assert(!backend::analyser_pool_device<sim::simulated_switch> &&
              !backend::optical_switch_device<sim::simulated_analyser_pool> &&
              !backend::pair_source_device<sim::simulated_networking_unit>);
static_assert(backend::networking_unit_device<sim::basic_simulated_networking_unit<link::emitter>>);

/// Every operation by hand compiles with the archetypes, once they can be waited for.
template <class Device>
struct patient : Device {
  patient() : Device(0) {}
  void wait(local_time) {}
};
template <>
struct patient<smallest::qpu_endpoint_device> : smallest::qpu_endpoint_device {
  void wait(local_time) {}
};
template <>
struct patient<smallest::microwave_segment_device> : smallest::microwave_segment_device {
  void wait(local_time) {}
};
[[maybe_unused]] void every_operation(patient<smallest::optical_switch_device>& s,
                                      patient<smallest::analyser_pool_device>& p,
                                      patient<smallest::networking_unit_device>& u,
                                      patient<smallest::qpu_endpoint_device>& q,
                                      patient<smallest::pair_source_device>& l,
                                      patient<smallest::microwave_segment_device>& m) {
  const operation_id op{1};
  (void)backend::bring_up(s, op);
  (void)backend::bring_back(p, op);
  (void)backend::shut_down(l, op);
  (void)backend::join_ports(s, op, port_id{0}, port_id{1});
  (void)backend::part_port(s, op, port_id{0});
  (void)backend::occupy_analyser(p, op, port_id{0}, 1);
  (void)backend::release_analyser(p, op, port_id{0});
  (void)backend::claim_qubit(u, op, slot_id{0});
  (void)backend::move_half(u, op, slot_id{0}, slot_id{1});
  (void)backend::relock(u, op);
  (void)backend::apply_gate(q, op, action::gate_kind::h, slot_id::none(), slot_id{0});
  (void)backend::read_qubit(q, op, slot_id{0}, basis::z);
  (void)backend::start_emission(l, op, 1);
  (void)backend::stop_emission(l, op);
  (void)backend::send_qubit(m, op, slot_id{0}, port_id{0});
  (void)backend::catch_qubit(m, op, slot_id{0}, port_id{0});
}

}  // namespace
