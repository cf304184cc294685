// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <string>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/link/detector.hpp>

#include "../support/catch.hpp"

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;

TEST_CASE("link: dark counts in a window", "[link]") {
  CHECK(link::dark_count_probability(20_Hz, 25_ns) == approx(5e-7).epsilon(1e-6));
  CHECK(link::dark_count_probability(hertz(1e-9), 1_ns) == approx(1e-18).epsilon(1e-12));
  CHECK(link::dark_count_probability(hertz(0), 1_s) == 0);
  CHECK(link::dark_count_probability(100_MHz, 1_s) == 1);
}

TEST_CASE("link: dead time", "[link]") {
  CHECK(link::counted_if_not_paralysable(10_MHz, 100_ns).base() == approx(5e6));
  CHECK(link::counted_if_not_paralysable(hertz(1e15), 100_ns).base() == approx(1e7).epsilon(1e-6));
  CHECK(link::counted_if_paralysable(10_MHz, 100_ns).base() == approx(1e7 / std::exp(1.0)));
  // A paralysable detector is fastest at one photon per dead time, and never faster than the other kind.
  for (const double r : {1e5, 9e6, 1.1e7, 1e8}) {
    CHECK(link::counted_if_paralysable(hertz(r), 100_ns) < link::counted_if_paralysable(10_MHz, 100_ns));
    CHECK(link::counted_if_paralysable(hertz(r), 100_ns) < link::counted_if_not_paralysable(hertz(r), 100_ns));
  }
}

TEST_CASE("link: clicks of a threshold detector", "[link]") {
  CHECK(link::click_probability(0, 0.7, 0.01) == approx(0.01).epsilon(1e-14));
  CHECK(link::click_probability(1, 0.7) == approx(0.7).epsilon(1e-14));
  CHECK(link::click_probability(3, 0.7, 0.01) == approx(1 - 0.99 * 0.027).epsilon(1e-14));
  CHECK(link::click_probability(2, 1) == 1);
  CHECK(link::click_probability(0, 1) == 0);
}

TEST_CASE("link/detector: readings are those of photons seen or missed one by one", "[link]") {
  constexpr std::uint64_t seed = 5502;
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  for (int i = 0; i < 20; ++i) {
    link::detector eye{.efficiency = i == 0 ? 1 : sample::uniform(stream),
                       .dark_counts = hertz(3e6 * sample::uniform(stream)),
                       .jitter = 40_ns};
    const double eta = eye.efficiency * std::erf(100.0 / (2 * std::sqrt(2.0) * 40));
    const double d = 1 - std::exp(-eye.dark_counts.base() * 1e-7);
    for (std::uint64_t n = 0; n <= 6; ++n) {
      double exact[8] = {};
      for (unsigned which = 0; which < (1U << (n + 1)); ++which) {  // bit n: a dark count
        double p = (which >> n) & 1U ? d : 1 - d;
        std::size_t counts = (which >> n) & 1U;
        for (unsigned photon = 0; photon < n; ++photon) {
          const bool seen = ((which >> photon) & 1U) != 0;
          p *= seen ? eta : 1 - eta;
          counts += seen ? 1U : 0U;
        }
        exact[counts] += p;
      }
      eye.number_resolving = link::photon_counting::exact;
      for (std::uint64_t k = 0; k < 8; ++k) CHECK(eye.reading_probability(k, n) == approx(exact[k]).margin(1e-13));
      eye.number_resolving = link::photon_counting::none;
      CHECK(eye.reading_probability(0, n) == approx(exact[0]).margin(1e-13));
      CHECK(eye.reading_probability(1, n) == approx(1 - exact[0]).margin(1e-13));
      CHECK(eye.reading_probability(2, n) == 0);
    }
  }
}

TEST_CASE("link/detector: a dead time saturates the counts as a drawn stream shows", "[link]") {
  const link::detector eye{.efficiency = 0.5, .dark_counts = 1_MHz, .dead_time = 100_ns};
  CHECK(eye.count_rate(hertz(0)).base() == approx(1e6 / 1.1));
  CHECK(eye.count_rate(hertz(1e16)).base() == approx(eye.fastest().base()).epsilon(1e-6));
  constexpr std::uint64_t seed = 5503;
  random_stream stream{seed, random_purpose::user, 1};
  CAPTURE(seed);
  double now = 0, ready = 0, counted = 0;
  constexpr int events = 400'000;
  for (int i = 0; i < events; ++i) {
    now += sample::exponential(stream, 0.5 * 18e6 + 1e6);
    if (now < ready) continue;
    ++counted;
    ready = now + 100e-9;
  }
  // The count of a renewal process is no more scattered than a Poissonian one.
  CHECK(counted / now == approx(eye.count_rate(18_MHz).base()).epsilon(3 / std::sqrt(counted)));
}

TEST_CASE("link/detector: windows, accidentals and presets", "[link]") {
  const link::detector sharp{.efficiency = 0.8};
  CHECK(sharp.counting_efficiency() == 0.8);
  const link::detector blurred{.jitter = 1_ns, .window = 2_ns};
  CHECK(blurred.acceptance() == approx(std::erf(1 / std::sqrt(2.0))).epsilon(1e-14));
  CHECK(blurred.accidentals(1_MHz, 2_MHz).base() == approx(4000));
  const link::detector nanowire = link::superconducting_nanowire();
  CHECK((nanowire.validate() && link::nv_experiment_detector().validate()));
  CHECK(nanowire.dark_probability() == approx(1e-8).epsilon(1e-6));
  CHECK(link::nv_experiment_detector().dark_probability() == approx(5e-7).epsilon(1e-6));
  CHECK(nanowire.fastest().base() == approx(5e7));

  link::hardware before;
  before.visibility = 0.7;
  before.attempt_time = 15_ns;
  const link::hardware h = nanowire.installed_in(before);
  CHECK((h.detector_efficiency == approx(0.9) && h.dark_counts == 1_Hz && h.detection_window == 10_ns));
  CHECK((!h.number_resolving && h.attempt_time == 20_ns && h.visibility == 0.7));
  link::detector counting = blurred;
  counting.number_resolving = link::photon_counting::exact;
  CHECK(counting.installed_in(before).number_resolving);
  CHECK(counting.installed_in(before).detector_efficiency == approx(0.682689492137));
  CHECK(counting.installed_in(before).attempt_time == 15_ns);
}

TEST_CASE("link/detector: values out of range are named", "[link]") {
  const auto refused = [](const link::detector& d) {
    const auto ok = d.validate();
    return ok ? std::string{} : ok.error().what;
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused({}).empty());
  for (const double bad : {-0.1, 1.1, nan}) CHECK(refused({.efficiency = bad}) == "detector.efficiency");
  for (const double bad : {-1.0, nan}) CHECK(refused({.dark_counts = hertz(bad)}) == "detector.dark_counts");
  CHECK(refused({.dead_time = -1_ps}) == "detector.dead_time");
  CHECK(refused({.jitter = duration::never()}) == "detector.jitter");
  CHECK(refused({.number_resolving = static_cast<link::photon_counting>(7)}) == "detector.number_resolving");
  CHECK(refused({.window = 0_ps}) == "detector.window");
}
