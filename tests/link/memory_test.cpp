// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/link/memory.hpp>

#include <quantum/referee.hpp>
#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using ebit_test::within_abs;

namespace {

constexpr std::uint64_t seed = 97'062'330;

}  // namespace

TEST_CASE("link.memory: attempts dephase a nuclear spin as often as they flip its phase") {
  const link::attempt_dephasing nv;
  REQUIRE(nv.validate());
  const double turn = 2 * std::acos(-1.0) * 77e3 * 163e-9;
  CHECK(nv.flip_probability(0.1) == approx(0.05 * (1 - std::exp(-turn * turn / 2))).epsilon(1e-12));
  CHECK(nv.flip_probability(0) == 0);
  // Flip by flip: the probability of an odd number.
  double odd = 0;
  const double p = nv.flip_probability(0.7);
  for (int n = 0; n <= 300; ++n) {
    CHECK(nv.flips_after(n, 0.7) == approx(odd).epsilon(1e-12));
    CHECK(nv.coherence_after(n, 0.7) == approx(1 - 2 * odd).epsilon(1e-12));
    odd = odd * (1 - p) + (1 - odd) * p;
  }
  CHECK(nv.over(300, 0.7).population == 1);
  // Where the precession is random through and through, a bright electron leaves nothing.
  const link::attempt_dephasing wild{.detuning = 1e9, .reset = 1_us};
  CHECK(wild.flip_probability(1) == 0.5);
  CHECK(wild.coherence_after(1, 1) == 0);
  CHECK(wild.coherence_after(0, 1) == 1);
  CHECK(wild.flips_after(0, 1) == 0);
  CHECK(wild.during({}, 1, 1_us).t2 == 1_ps);
  CHECK(wild.coherence_after(0.5, 0) == 1);
}

TEST_CASE("link.memory: as a shorter T2 attempts do the same at every attempt") {
  const link::attempt_dephasing nv;
  const memory_noise idle{.t1 = 10_s, .t2 = 1_s};
  const memory_noise busy = nv.during(idle, 0.3, 5500_ns);
  REQUIRE(busy.validate());
  CHECK(busy.t1 == idle.t1);
  for (const int n : {1, 10, 1000}) {
    const duration t = 5500_ns * n;
    CHECK(busy.over(t).coherence == approx(nv.coherence_after(n, 0.3) * idle.over(t).coherence).epsilon(1e-9));
  }
  CHECK(nv.during(idle, 0, 5500_ns) == idle);
  CHECK_FALSE(nv.during(memory_noise{}, 0.3, 5500_ns).t2.is_never());
}

TEST_CASE("link.memory: time at rest and time under attempts decay by their own constants") {
  link::memory m{.idle = {.t1 = 10_s, .t2 = 1_s}, .generating = {.t1 = 1_s, .t2 = 20_ms}};
  m.share_generating = 0.25;
  REQUIRE(m.validate());
  const memory_decay d = m.over(30_ms, 10_ms);
  CHECK(d.coherence == approx(std::exp(-0.03 - 0.5)).epsilon(1e-14));
  CHECK(d.population == approx(std::exp(-0.003 - 0.01)).epsilon(1e-14));
  const memory_decay mixed = m.mixed().over(40_ms);
  CHECK(mixed.coherence == approx(d.coherence).epsilon(1e-9));
  CHECK(mixed.population == approx(d.population).epsilon(1e-9));
  m.share_generating = 0;
  CHECK(m.mixed() == m.idle);
  m.share_generating = 1;
  CHECK(m.mixed() == m.generating);
  // At the limit T2 = 2 T1 rounding must not leave the range.
  random_stream s{seed, random_purpose::user, 1};
  INFO("seed " << seed);
  for (int i = 0; i < 1000; ++i) {
    const auto limit = [&] {
      const duration t1 = duration::seconds(std::exp(-20 * sample::uniform(s)));
      return memory_noise{t1, t1 * 2};
    };
    link::memory at_limit{.idle = limit(), .generating = limit()};
    at_limit.share_generating = sample::uniform(s);
    CHECK(at_limit.mixed().validate());
  }
  CHECK(link::memory{}.mixed() == memory_noise{});
}

TEST_CASE("link.memory: exact decay and its twirl differ by what two damped qubits share") {
  random_stream s{seed, random_purpose::user, 2};
  INFO("seed " << seed);
  for (int i = 0; i < 500; ++i) {
    const bell_diagonal start = referee::any_bell_diagonal(s);
    const auto any_memory = [&s] {
      const double t1 = 1 + sample::uniform(s), t2 = 0.1 + 1.5 * sample::uniform(s);
      return memory_noise{duration::seconds(t1), duration::seconds(t2)};
    };
    const memory_noise a = any_memory(), b = any_memory();
    const duration ta = duration::seconds(2 * sample::uniform(s)), tb = duration::seconds(sample::uniform(s));
    const x_state exact = link::decohered(x_state{start}, a.over(ta), b.over(tb));
    const bell_diagonal twirled = link::decohered(start, a.over(ta), b.over(tb));
    auto density = density_matrix<2>::from(start);
    density.age(ta, a, 0).age(tb, b, 1);
    const double lost = link::lost_by_twirling(a.over(ta), b.over(tb));
    for (std::uint8_t label = 0; label < 4; ++label) {
      CHECK_THAT(exact.fidelity(bell_index{label}), within_abs(density.fidelity(bell_index{label}), 1e-12));
      CHECK_THAT(exact.fidelity(bell_index{label}) - twirled.fidelity(bell_index{label}),
                 within_abs(label < 2 ? lost : -lost, 1e-12));
    }
    // Half by half is all the same.
    CHECK(link::lost_by_twirling(a.over(ta), {}) == 0);
    CHECK_THAT(link::decohered(x_state{start}, a.over(ta), {}).fidelity(bell_index::phi_plus),
               within_abs(link::decohered(start, a.over(ta), {}).fidelity(bell_index::phi_plus), 1e-13));
  }
}

TEST_CASE("link.memory: an asymmetric read-out as a symmetric one") {
  const link::asymmetric_read_out nv{.e0 = 0.05, .e1 = 0.005};
  CHECK(nv.symmetrised() == approx(0.0275).epsilon(1e-14));
  random_stream s{seed, random_purpose::user, 3};
  INFO("seed " << seed);
  for (int i = 0; i < 200; ++i) {
    const link::asymmetric_read_out r{sample::uniform(s), sample::uniform(s)};
    const double e = r.symmetrised(), one = sample::uniform(s);
    // Outcomes equally likely; or the qubit turned over, and the report inverted, half of the time.
    CHECK(r.flip(0.5) == approx(e).epsilon(1e-14));
    CHECK((r.flip(one) + r.flip(1 - one)) / 2 == approx(e).epsilon(1e-14));
    CHECK(r.reported_one(one) == approx(one * (1 - r.e1) + (1 - one) * r.e0).epsilon(1e-14));
    // Two bits, each outcome by itself.
    double wrong[2] = {};
    for (int a = 0; a < 2; ++a)
      for (int b = 0; b < 2; ++b)
        for (int seen_a = 0; seen_a < 2; ++seen_a)
          for (int seen_b = 0; seen_b < 2; ++seen_b) {
            const auto reported = [&](int bit, int seen) {
              const double error = bit ? r.e1 : r.e0;
              return bit == seen ? 1 - error : error;
            };
            if ((a ^ b) != (seen_a ^ seen_b)) wrong[a ^ b] += reported(a, seen_a) * reported(b, seen_b) / 2;
          }
    CHECK(r.parity_flip(false) == approx(wrong[0]).epsilon(1e-13));
    CHECK(r.parity_flip(true) == approx(wrong[1]).epsilon(1e-13));
    const double symmetric = 2 * e * (1 - e), gap = (r.e0 - r.e1) * (r.e0 - r.e1) / 2;
    CHECK(r.parity_flip(false) == approx(symmetric - gap).epsilon(1e-12));
    CHECK(r.parity_flip(true) == approx(symmetric + gap).epsilon(1e-12));
  }
}

TEST_CASE("link.memory: a badly prepared emitter is a mixture of good and exchanged ones") {
  random_stream s{seed, random_purpose::user, 4};
  INFO("seed " << seed);
  for (int i = 0; i < 300; ++i) {
    herald::interference light{.efficiency_a = sample::uniform(s), .efficiency_b = sample::uniform(s)};
    light.visibility = sample::uniform(s);
    light.dark_probability = 0.1 * sample::uniform(s);
    const double a = sample::uniform(s), b = sample::uniform(s);
    const link::initialisation at_a{sample::uniform(s)}, at_b{sample::uniform(s)};
    // Every combination of right and wrong starts; a wrong one has a minus in its superposition.
    double p = 0, populations[4] = {}, coherence = 0;
    for (const bool wrong_a : {false, true})
      for (const bool wrong_b : {false, true}) {
        const double weight =
            (wrong_a ? 1 - at_a.fidelity : at_a.fidelity) * (wrong_b ? 1 - at_b.fidelity : at_b.fidelity);
        const auto m = herald::single_click{}.model(light, wrong_a ? 1 - a : a, wrong_b ? 1 - b : b);
        const x_elements e = m.state.elements();
        const double q = weight * m.success_probability;
        p += q;
        populations[0] += q * e.p00, populations[1] += q * e.p01, populations[2] += q * e.p10;
        populations[3] += q * e.p11;
        coherence += (wrong_a != wrong_b ? -q : q) * e.re_01_10;
      }
    const double signed_loss = at_a.coherence(a) * at_b.coherence(b);
    const auto plain =
        herald::single_click{}.model(light, at_a.effective_population(a), at_b.effective_population(b));
    const x_elements e = plain.state.elements();
    CHECK(plain.success_probability == approx(p).epsilon(1e-12));
    CHECK_THAT(e.p00, within_abs(populations[0] / p, 1e-12));
    CHECK_THAT(e.p01, within_abs(populations[1] / p, 1e-12));
    CHECK_THAT(e.p10, within_abs(populations[2] / p, 1e-12));
    CHECK_THAT(e.p11, within_abs(populations[3] / p, 1e-12));
    CHECK_THAT(e.re_01_10 * signed_loss, within_abs(coherence / p, 1e-12));
  }
  CHECK(link::initialisation{0.99}.coherence(0.5) == approx(0.98).epsilon(1e-14));
  CHECK(link::initialisation{}.coherence(0.1) == approx(1).epsilon(1e-14));
  CHECK(link::initialisation{0.99}.coherence(0) == 0);
}

TEST_CASE("link.memory: installed, it sets memory, read-out and lost coherence") {
  link::memory m{.idle = {.t1 = 10_s, .t2 = 1_s}, .generating = {.t1 = 10_s, .t2 = 20_ms}, .share_generating = 0.5};
  m.reading = {0.05, 0.005};
  m.preparing = {0.99};
  link::hardware h;
  h.double_excitation = 0.04;
  const link::hardware worn = m.installed_in(h);
  CHECK(worn.validate());
  CHECK(worn.memory == m.mixed());
  CHECK(worn.gates.read_out == approx(0.0275));
  CHECK(worn.coherence == approx(0.98).epsilon(1e-13));
  CHECK(worn.double_excitation == 0.04);
  const link::hardware untouched = link::memory{}.installed_in(h);
  CHECK(untouched.coherence == 1);
  CHECK(untouched.double_excitation == 0.04);
}

TEST_CASE("link.memory: what is out of range is named") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(link::memory{}.validate());
  link::memory m;
  m.share_generating = 1.5;
  CHECK(m.validate().error().message() == "memory.share_generating: given 1.5, allowed 0 to 1");
  m = {};
  m.reading.e1 = nan;
  CHECK(m.validate().error().what == "asymmetric_read_out.e1");
  m = {};
  m.preparing.fidelity = 0.4;
  CHECK(m.validate().error().message() == "memory.preparing.fidelity: given 0.4, allowed 1/2 to 1");
  m = {};
  m.generating.t1 = 0_s;
  CHECK(m.validate().error().what == "memory_noise.t1");
  CHECK(link::initialisation{nan}.validate().error().what == "initialisation.fidelity");
  CHECK(link::asymmetric_read_out{-0.1, 0}.validate().error().message() ==
        "asymmetric_read_out.e0: given -0.1, allowed 0 to 1");
  CHECK(link::attempt_dephasing{.detuning = nan}.validate().error().what == "attempt_dephasing.detuning");
  CHECK(link::attempt_dephasing{.reset = duration::never()}.validate().error().message() ==
        "attempt_dephasing.reset: given never, allowed 0 s or more");
}
