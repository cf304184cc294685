// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/backend/devices.hpp>

/// The smallest type for each concept of a data centre's devices, with nothing extra. Copy one as the start of a
/// driver of your own.
namespace ebit::testing::archetype {

/// Tells nothing, and can be started, stopped and brought back.
struct lifecycle_device {
  lifecycle_device() = delete;
  explicit lifecycle_device(int) {}
  lifecycle_device(const lifecycle_device&) = delete;
  lifecycle_device& operator=(const lifecycle_device&) = delete;

  [[nodiscard]] local_time now() const { return {}; }
  template <class Handler>
  bool poll(Handler&&) {
    return false;
  }
  void perform(const command::initialise&) {}
  void perform(const command::deinitialise&) {}
  void perform(const command::recover&) {}
  [[nodiscard]] link::device_phase phase() const { return link::device_phase::idle; }
};
static_assert(backend::lifecycle_device<lifecycle_device>);

struct optical_switch_device : lifecycle_device {
  static constexpr backend::capabilities capabilities{.switches = true};
  using lifecycle_device::lifecycle_device;
  using lifecycle_device::perform;
  void perform(const action::connect&) {}
  void perform(const action::clear&) {}
  [[nodiscard]] link::optical_switch model() const { return {}; }
};
static_assert(backend::optical_switch_device<optical_switch_device>);

struct analyser_pool_device : lifecycle_device {
  using lifecycle_device::lifecycle_device;
  using lifecycle_device::perform;
  void perform(const command::occupy&) {}
  void perform(const command::release&) {}
  [[nodiscard]] link::analyser_pool model() const { return {}; }
};
static_assert(backend::analyser_pool_device<analyser_pool_device>);

/// What a unit says of itself, if it is not one of `link::basic_networking_unit`.
struct unit_figures {
  std::uint16_t communication_qubits = 1;
  std::uint16_t buffer_qubits = 0;
  [[nodiscard]] link::hardware installed_in(const link::hardware& h) const { return h; }
  [[nodiscard]] status validate() const { return success{}; }
};
static_assert(link::installable<unit_figures>);

struct networking_unit_device : lifecycle_device {
  using lifecycle_device::lifecycle_device;
  using lifecycle_device::perform;
  void perform(const action::initialise&) {}
  void perform(const action::free&) {}
  void perform(const action::move&) {}
  void perform(const action::calibrate&) {}
  [[nodiscard]] unit_figures model() const { return {}; }
};
static_assert(backend::networking_unit_device<networking_unit_device>);

struct qpu_endpoint_device {
  static constexpr backend::capabilities capabilities{.measures = true, .gates = true};
  [[nodiscard]] local_time now() const { return {}; }
  template <class Handler>
  bool poll(Handler&&) {
    return false;
  }
  void perform(const action::gate&) {}
  void perform(const action::measure&) {}
  void perform(const action::initialise&) {}
  void perform(const action::move&) {}
  [[nodiscard]] link::qpu model() const { return {}; }
};
static_assert(backend::qpu_endpoint_device<qpu_endpoint_device>);

struct pair_source_device : lifecycle_device {
  using lifecycle_device::lifecycle_device;
  using lifecycle_device::perform;
  void perform(const command::start_emission&) {}
  void perform(const command::stop_emission&) {}
  [[nodiscard]] link::pair_source model() const { return {}; }
};
static_assert(backend::pair_source_device<pair_source_device>);

struct microwave_segment_device {
  [[nodiscard]] local_time now() const { return {}; }
  template <class Handler>
  bool poll(Handler&&) {
    return false;
  }
  void perform(const action::transfer&) {}
  void perform(const action::absorb&) {}
  [[nodiscard]] link::microwave_line model() const { return {}; }
};
static_assert(backend::microwave_segment_device<microwave_segment_device>);

}  // namespace ebit::testing::archetype
