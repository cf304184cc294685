// SPDX-License-Identifier: Apache-2.0
#include <ebit/ebit.hpp>
#include <ebit/herald/sender_receiver.hpp>

#include <algorithm>
#include <cmath>

#include <quantum/referee.hpp>
#include <support/catch.hpp>
#include <support/forecast_bounds.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using herald::interference;
using herald::sender_receiver;

namespace {

constexpr std::uint64_t seed = 20250615;

/// Sender's memory, two rails, receiver's memory and its herald photon, gate by gate; unnormalised, sender first.
referee::pair carried_out(const interference& light) {
  const double r = gates::half_root;
  std::array<amplitude, 32> vector{};
  vector[0b00100] = {r, 0};  // |0⟩ with the photon in the second rail
  vector[0b11000] = {r, 0};  // |1⟩ with it in the first
  auto all = density_matrix<5>::pure(vector);
  const double reaches = light.efficiency_a * light.visibility.value();
  all.damp(1 - reaches, 1).damp(1 - reaches, 2);
  // Taken in: the first rail as |0⟩, the second as |1⟩, and one photon for the herald. Then the rails are empty.
  all.cnot(2, 3).cnot(1, 4).cnot(2, 4);
  all.cnot(3, 2).cnot(4, 1).cnot(3, 1);
  // As the ideal pair is Ψ+: what the photon of |1⟩ brings is |0⟩.
  all.damp(1 - light.efficiency_b, 4);
  all.dephase((1 - light.coherence) / 2, 0);
  const double d = light.dark_probability;
  const auto seen = all.projected(4, true).without(4), unseen = all.projected(4, false).without(4);
  const auto heralded = seen.scaled(light.number_resolving ? 1 - d : 1) + unseen.scaled(d);
  return heralded.without(2).without(1);
}

interference any_light(random_stream& stream) {
  interference light;
  light.efficiency_a = sample::uniform(stream);
  light.efficiency_b = sample::uniform(stream);
  light.visibility = herald::hom_visibility{sample::uniform(stream)};
  light.dark_probability = sample::uniform(stream) * sample::uniform(stream);
  light.number_resolving = referee::any_bit(stream);
  light.coherence = sample::uniform(stream);
  return light;
}

struct caught_there : default_profile {
  using herald = sender_receiver;
};

}  // namespace

TEST_CASE("sender and receiver: the closed form is what gates and channels do", "[herald]") {
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  double worst = 0;
  for (int i = 0; i < 300; ++i) {
    const interference light = any_light(stream);
    const auto model = sender_receiver{}.model(light);
    const auto exact = carried_out(light);
    CHECK((model.success_probability >= 0 && model.success_probability <= 1));
    worst = std::max({worst, std::abs(model.success_probability - exact.trace()),
                      referee::distance(referee::pair::from(model.state).scaled(model.success_probability), exact)});
    // The other way round the ends change places.
    interference mirrored = light;
    std::swap(mirrored.efficiency_a, mirrored.efficiency_b);
    const auto back = sender_receiver{.receiver = half::a}.model(mirrored);
    const x_elements e = model.state.elements(), f = back.state.elements();
    worst = std::max({worst, std::abs(back.success_probability - model.success_probability), std::abs(e.p00 - f.p00),
                      std::abs(e.p01 - f.p10), std::abs(e.p10 - f.p01), std::abs(e.re_01_10 - f.re_01_10)});
  }
  CHECK(worst < 1e-12);
}

TEST_CASE("sender and receiver: limits and choice", "[herald]") {
  const sender_receiver policy;
  const interference far{.efficiency_a = 1e-6, .efficiency_b = 0.3};
  CHECK(policy.model(far).success_probability == approx(3e-7).epsilon(1e-12));
  CHECK(policy.best_fidelity(far) == approx(1).epsilon(1e-12));
  // Where nothing arrives, false heralds say nothing: a memory in |0⟩ and a white one.
  const auto blind = policy.model({.efficiency_a = 0, .dark_probability = 0.01});
  CHECK(blind.success_probability == approx(0.01));
  CHECK(blind.state.elements().p00 == approx(0.5));
  CHECK(blind.state.elements().p10 == approx(0.5));
  CHECK(policy.model({.efficiency_a = 0}).success_probability == 0);
  const interference half_lit{.efficiency_a = 0.1, .efficiency_b = 0.5, .dark_probability = 0.01};
  const double best = policy.best_fidelity(half_lit);
  CHECK(best == approx((0.0505 + 0.25 * 0.009) / (0.0505 + 0.009)));  // of a false herald 1/4
  CHECK(*policy.choose(half_lit, best) == herald::setting{});
  CHECK_FALSE(policy.choose(half_lit, best + 1e-9));
  CHECK(policy.validate());
  CHECK(sender_receiver{.receiver = static_cast<half>(5)}.validate().error().what == "sender_receiver.receiver");
}

TEST_CASE("sender and receiver: the simulator delivers what is forecast", "[herald]") {
  link::hardware h;
  h.detector_efficiency = 0.6;
  h.dark_counts = 5_kHz;
  h.visibility = 0.95;
  h.memory = {.t1 = 1_s, .t2 = 200_ms};
  h.memories = 2;
  for (const half receiver : {half::a, half::b}) {
    const link::fibre line{.length = 20_km, .station_position = receiver == half::a ? 0.0 : 1.0};
    sim::network<caught_there> sim{sim::chain(2, line), {.seed = 42, .herald = {receiver}, .hardware = h}};
    constexpr int pairs = 4000;
    const auto r = sim.request({.from = node_id{0}, .to = node_id{1}, .pairs = pairs});
    sim.run();
    REQUIRE(r->delivered() == pairs);
    ebit_test::check_within_forecast(*r, 3 / std::sqrt(pairs));
    // Both ends wait for a whole way and back.
    const auto light = route::interference_of(link::budget_of(line, h, h));
    CHECK(r->forecast().rate_upper() <=
          2 * sender_receiver{receiver}.model(light).success_probability / 200e-6 * 1.000001);
  }
}
