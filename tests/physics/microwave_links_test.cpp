// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>
#include <ebit/herald/heralded_transfer.hpp>
#include <ebit/herald/pitch_and_catch.hpp>
#include <ebit/herald/two_mode_squeezed.hpp>
#include <ebit/link/microwave_line.hpp>
#include <ebit/link/microwave_presets.hpp>
#include <ebit/link/transducer.hpp>

#include <cmath>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;

namespace {

struct squeezed : default_profile {
  using herald = ebit::herald::two_mode_squeezed;
};
struct caught : default_profile {
  using link = ebit::link::microwave_line;
  using herald = ebit::herald::pitch_and_catch;
};
struct checked : default_profile {
  using link = ebit::link::microwave_line;
  using herald = ebit::herald::heralded_transfer;
};

}  // namespace

TEST_CASE("microwave links: transducers pumped to the blue, through the simulator", "[simulation]") {
  const link::transducer device{.efficiency = 0.3,
                                .pumped = link::pump::blue,
                                .thermal_occupancy = 0.01,
                                .repetition_rate = 1_MHz,
                                .pump_power = 1e-3,
                                .pump_time = 100_ns,
                                .cooling_power = 20e-6};  // heat allows shots for a fifth of the time
  const link::hardware node = device.installed_in({});
  const link::fibre line{.length = 100_m};
  sim::network<squeezed> sim{sim::chain(2, line), {.seed = 11, .hardware = node}};
  constexpr int pairs = 2000;
  const auto served = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = pairs, .min_fidelity = 0.8});
  sim.run();
  REQUIRE(served->delivered() == pairs);
  CHECK(served->fidelity() >= 0.8 - 1e-9);
  CHECK(served->forecast().fidelity() == approx(served->fidelity()).margin(1e-3));
  // The chosen drive is the fastest of that fidelity; its heralds come at shots × duty cycle × probability.
  const auto light = route::interference_of(link::budget_of(line, node, node));
  const herald::two_mode_squeezed policy;
  const auto drive = policy.choose(light, 0.8);
  REQUIRE(drive);
  const double rate = policy.model(light, *drive).success_probability * device.mean_shot_rate();
  CHECK(device.running_fraction() == approx(0.2));
  CHECK(served->rate() == approx(rate).epsilon(4 / std::sqrt(pairs)));
}

TEST_CASE("microwave links: deterministic and heralded transfer, through the simulator", "[simulation]") {
  const link::hardware node;
  const auto mild = link::find_microwave_preset("zurich_5m_2020")->value;
  sim::network<caught> deterministic{sim::chain(2, mild), {.seed = 12, .hardware = node}};
  const auto sent = deterministic.request({.from = node_id{0}, .to = node_id{1}, .pairs = 200, .min_fidelity = 0.7});
  const auto refused = deterministic.request({.from = node_id{0}, .to = node_id{1}, .pairs = 1, .min_fidelity = 0.9});
  deterministic.run();
  CHECK(sent->delivered() == 200);
  CHECK(sent->fidelity() == approx(mild.pair_fidelity()).margin(1e-9));
  CHECK(refused->record().why == refusal::fidelity);

  const auto lossy = link::find_microwave_preset("yale_lossy_2025")->value;
  sim::network<checked> heralded{sim::chain(2, lossy),
                                 {.seed = 13, .herald = herald::heralded_transfer::teoh_2025(), .hardware = node}};
  const auto kept = heralded.request({.from = node_id{0}, .to = node_id{1}, .pairs = 2000, .min_fidelity = 0.91});
  heralded.run();
  CHECK(kept->delivered() == 2000);
  CHECK(kept->fidelity() == approx(0.92).margin(1e-3));
  // About half of the attempts succeed.
  CHECK(kept->rate() * node.attempt_time.seconds() == approx(0.51).epsilon(4 / std::sqrt(2000.0)));
}
