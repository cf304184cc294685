// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>

#include <ebit/link/choreography.hpp>
#include <ebit/link/choreography_report.hpp>
#include <ebit/link/clock_profiles.hpp>
#include <ebit/link/synchronisation.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;
using ebit_test::approx;
using link::choreography;
using link::timing_error;
using link::timing_place;
using link::timing_source;

namespace {

/// Two ends that keep time by White Rabbit, photons of 100 MHz.
choreography by_white_rabbit() {
  choreography c;
  c.path = {.transmittance_a = 0.5, .transmittance_b = 0.5, .arm_a = 250_ns, .arm_b = 400_ns};
  c.photon = link::wave_packet::of_bandwidth(100_MHz);
  c.detectors = {.jitter = 15_ps, .window = 20_ns};
  c.a.keeps = c.b.keeps = link::find_clock_profile("white_rabbit")->value;
  c.start = c.period = 1_us;
  return c;
}

link::clock each(double offset) { return {.offset = offset}; }

}  // namespace

TEST_CASE(
    "link.synchronisation: a nanosecond is enough for photons of 100 MHz, photons of 1 GHz need ten picoseconds") {
  choreography slow = by_white_rabbit(), fast = by_white_rabbit();
  fast.photon = link::wave_packet::of_bandwidth(1000_MHz);
  const auto apart = [](choreography c, double late) {
    c.a.keeps = each(late);
    c.b.keeps = each(0);
    return c.budget().visibility;
  };
  CHECK(apart(slow, 1e-9) == approx(0.931).margin(5e-4));
  CHECK(apart(slow, 1e-10) == approx(0.9993).margin(5e-5));
  CHECK(apart(fast, 1e-9) < 1e-3);
  CHECK(apart(fast, 1e-11) == approx(0.9993).margin(5e-5));

  // It says so by itself.
  const std::string of_fast = describe_synchronisation(fast, 0.999), of_slow = describe_synchronisation(slow, 0.93);
  INFO(of_fast << of_slow);
  CHECK(of_fast.find("1 ns apart leaves a visibility of 8.1e-04") != std::string::npos);
  CHECK(of_fast.find("1 ns is not enough, at most 11.9 ps apart") != std::string::npos);
  CHECK(of_fast.find("not enough, limited by clock offset of arm a") != std::string::npos);
  CHECK(of_fast.find("11.9 ps rms of one against the other allowed") != std::string::npos);
  CHECK(of_fast.find("no more frequent synchronisation helps; enough: stabilised_optical") != std::string::npos);
  CHECK(of_slow.find("1 ns apart leaves a visibility of 0.9313, 100 ps apart leaves a visibility of 0.99929") !=
        std::string::npos);
  CHECK(of_slow.find("1 ns is enough") != std::string::npos);
  CHECK(of_slow.find("enough: white_rabbit") != std::string::npos);

  const link::synchronisation_need need = synchronisation_for(fast, 0.999);
  CHECK_FALSE(need.met());
  CHECK(need.clocks_allowed == approx(10e-12).epsilon(0.25));
  CHECK(synchronisation_for(slow, 0.93).met());
}

TEST_CASE("link.synchronisation: the synchronisation asked for gives the visibility wanted, and no less would do") {
  for (const link::wave_form form : {link::wave_form::pulse, link::wave_form::decay}) {
    for (const double wanted : {0.5, 0.9, 0.99}) {
      choreography c = by_white_rabbit();
      c.photon = {form, 1e-9};
      c.a.keeps = {.offset = 1e-12, .drift = 3e-11, .residual = 1e-12, .synchronised_every = 20_s};
      c.b.keeps = {.offset = 1e-12, .drift = 1e-11, .jitter = 1e-12, .synchronised_every = 20_s};
      c.a.calibration_error = metres(0.0004);
      c.b.emitter_jitter = 2e-12;
      REQUIRE(c.validate());
      const link::synchronisation_need need = synchronisation_for(c, wanted);
      INFO("wanted " << wanted);
      CHECK(need.visibility == approx(c.budget().visibility).epsilon(1e-14));
      CHECK(c.photon.visibility({.offset = need.mismatch_allowed}) == approx(wanted).epsilon(1e-12));
      CHECK(need.clocks_now ==
            approx(timing_error{.offset = 2e-12, .swing = 8e-10, .jitter = std::sqrt(2e-24)}.rms()));

      choreography jittery = c;
      jittery.a.keeps = {.jitter = need.clocks_allowed / std::sqrt(2.0)};
      jittery.b.keeps = {.residual = need.clocks_allowed / std::sqrt(2.0)};
      CHECK(jittery.budget().visibility == approx(wanted).epsilon(1e-7));

      choreography often = c;
      often.a.keeps.synchronised_every = often.b.keeps.synchronised_every = need.synchronised_every;
      CHECK(often.budget().visibility == approx(wanted).epsilon(1e-7));
      CHECK(need.limiting->source == timing_source::clock_drift);
      CHECK(need.limiting->place == timing_place::arm_a);
      choreography without = c;
      without.a.keeps.drift = 0;
      CHECK(need.without_it == approx(without.budget().visibility).epsilon(1e-14));
    }
  }
  // Where something else is in the way, clocks cannot help.
  choreography rough = by_white_rabbit();
  rough.a.emitter_jitter = 3e-9;
  const link::synchronisation_need need = synchronisation_for(rough, 0.9);
  CHECK(need.clocks_allowed == 0);
  CHECK(need.limiting->source == timing_source::emitter_jitter);
  CHECK(need.enough.empty());
  CHECK(describe_synchronisation(rough, 0.9).find("perfect ones would not be enough") != std::string::npos);
  // And ideal ones are limited by nothing.
  choreography ideal = by_white_rabbit();
  ideal.a.keeps = ideal.b.keeps = {};
  CHECK_FALSE(synchronisation_for(ideal, 1).limiting);
  CHECK(synchronisation_for(ideal, 1).met());
  CHECK(synchronisation_for(ideal, 0.9).synchronised_every.is_never());
}
