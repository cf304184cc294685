// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <ebit/analyze/bounds.hpp>
#include <ebit/analyze/key_rate.hpp>
#include <ebit/analyze/rates.hpp>
#include <ebit/analyze/thresholds.hpp>
#include <ebit/link/detector.hpp>
#include <ebit/link/free_space.hpp>
#include <ebit/link/microwave_line.hpp>
#include <ebit/link/thermal.hpp>
#include <ebit/link/visibility.hpp>
#include <ebit/route/width_throughput.hpp>

#include "golden_reader.hpp"

using namespace ebit;
using golden::check;
using golden::row;

namespace {

/// Files that promise 1e-12 print twelve digits, which are only good for half of 1e-11.
constexpr double printed = 6e-12;

/// Fields separated by '|'.
std::vector<double> numbers_in(const row& at, const std::string& column) {
  std::string text = at.text(column);
  for (char& c : text) c = c == '|' ? ',' : c;
  std::vector<double> out;
  for (const std::string& field : golden::split(text)) out.push_back(std::stod(field));
  return out;
}

}  // namespace

TEST_CASE("golden: plob.csv", "[golden]") {
  // The file subtracts a small η from 1 in doubles (1.442695055e-8 at η = 1e-8, exactly 1.442695048e-8), or stops at
  // the first order: its bounds are good to about 2e-16 absolute. Where that says nothing, 2e-7 relative does.
  const auto check_bound = [](const row& at, const std::string& column, double value) {
    check(at, column, value, std::min(2e-16, 2e-7 * value), printed);
  };
  golden::for_each_row("plob.csv", [&](const row& at) {
    const length distance = kilometres(at["L_km"]);
    const loss total = decibels_per_kilometre(at["alpha_dB_km"]) * distance;
    check(at, "loss_dB", total.base(), 0, printed);
    check(at, "eta", analyze::transmittance_of(total), 0, printed);
    check_bound(at, "plob", analyze::repeaterless_bound(total));
    check_bound(at, "tgw", analyze::squashed_entanglement_bound(total));
    check_bound(at, "rep1", analyze::repeater_bound(total, 1));
    check_bound(at, "rep2", analyze::repeater_bound(total, 2));
    check_bound(at, "rep7", analyze::repeater_bound(total, 7));
    check(at, "delay_s", (distance / metres_per_second(2e8)).seconds(), 0.5e-12, printed);
    if (at["eta"] > 0.9) return;  // the printed η has not enough digits of 1 − η
    check(at, "plob", analyze::repeaterless_bound(at["eta"]), 0, 1e-8);
    check(at, "tgw", analyze::squashed_entanglement_bound(at["eta"]), 0, 1e-8);
  });
}

TEST_CASE("golden: transducer_capacity.csv", "[golden]") {
  golden::for_each_row("transducer_capacity.csv", [](const row& at) {
    const auto channel = analyze::thermal_loss::from_added_noise(at["eta"], at["n_add_in"]);
    check(at, "nbar_env", channel.environment_occupancy, 0, printed);
    check(at, "K_upper", channel.two_way_upper_bound(), 1e-12, 1e-10);
    check(at, "Q_lower", channel.quantum_lower_bound(), 1e-12, 1e-10);
    check(at, "ent_breaking", channel.entanglement_breaking() ? 1 : 0, 0);
  });
}

TEST_CASE("golden: keyrate.csv", "[golden]") {
  golden::for_each_row("keyrate.csv", [](const row& at) {
    // The printed probabilities add up to 1 within their digits only.
    const bell_diagonal pair{at["c_phip"], at["c_phim"], at["c_psip"], at["c_psim"]};
    const analyze::error_rates errors = analyze::errors_of(pair);
    constexpr double tolerance = 1e-10;
    check(at, "ex", errors.x, tolerance);
    check(at, "ey", errors.y, tolerance);
    check(at, "ez", errors.z, tolerance);
    check(at, "r_bb84", analyze::bb84_key_fraction(pair), tolerance);
    check(at, "r_bb84_raw", analyze::bb84_balance(errors), tolerance);
    check(at, "r_6state", analyze::six_state_key_fraction(pair), tolerance);
    check(at, "r_6state_raw", analyze::hashing_balance(pair), tolerance);
    check(at, "S_max", analyze::chsh_best(pair), tolerance);
    check(at, "S_fixed", analyze::chsh_fixed(pair), tolerance);
    check(at, "r_di", analyze::device_independent_key_fraction(pair), tolerance);
  });
}

TEST_CASE("golden: thresholds.csv", "[golden]") {
  const std::map<std::string, double> known{
      {"bb84_qber", analyze::bb84_threshold_error()},
      {"bb84_werner_F", analyze::bb84_threshold_fidelity()},
      {"bb84_werner_w", (4 * analyze::bb84_threshold_fidelity() - 1) / 3},
      {"hashing_werner_F", analyze::hashing_threshold_fidelity()},
      {"sixstate_qber", analyze::six_state_threshold_error()},
      {"chsh_werner_F", analyze::chsh_threshold_fidelity()},
      {"chsh_werner_w", (4 * analyze::chsh_threshold_fidelity() - 1) / 3},
      {"diqkd_qber_S=2sqrt2(1-2Q)", analyze::device_independent_threshold_error()},
      {"teleport_classical_F", analyze::classical_transfer_fidelity()},
      {"entangled_werner_F", analyze::entanglement_threshold_fidelity()},
      {"hashing_phaseflip_F", analyze::hashing_threshold_phase_flip()},
  };
  golden::for_each_row("thresholds.csv", [&](const row& at) {
    const auto found = known.find(at.text("name"));
    if (found == known.end()) FAIL(at.where() << ": unknown threshold " << at.text("name"));
    check(at, "value", found->second, 1e-9);
  });
}

TEST_CASE("golden: caleffi_rate.csv", "[golden]") {
  golden::for_each_row("caleffi_rate.csv", [](const row& at) {
    std::vector<length> hops;
    for (const double metre : numbers_in(at, "hops_m")) hops.push_back(metres(metre));
    const analyze::caleffi_model model;
    check(at, "p_first_link", model.link_probability(hops[0]), 0, 1e-9);
    check(at, "T_s", model.route_time(hops), 0, 1e-9);
    check(at, "xi_pairs_per_s", model.route_rate(hops), 0, 1e-9);
  });
}

TEST_CASE("golden: qcast_metric.csv", "[golden]") {
  golden::for_each_row("qcast_metric.csv", [](const row& at) {
    const std::vector<double> hops = numbers_in(at, "p_hops");
    const auto width = static_cast<std::uint32_t>(at.integer("W"));
    check(at, "EXT", analyze::expected_throughput(hops, width, at["q"]), 1e-12, printed);
    route::width_throughput link_by_link{static_cast<std::uint16_t>(width)};
    for (std::size_t k = 0; k < hops.size(); ++k) link_by_link.extend(hops[k], k == 0 ? 1.0 : at["q"]);
    check(at, "EXT", link_by_link.mean(), 1e-12, printed);
  });
}

TEST_CASE("golden: multiplexing.csv", "[golden]") {
  golden::for_each_row("multiplexing.csv", [](const row& at) {
    const analyze::multiplexed_round round{at["p"], static_cast<std::uint64_t>(at.integer("M"))};
    check(at, "P_round", round.success(), 0, printed);
    check(at, "mean_rounds", round.mean_rounds(), 0, printed);
    check(at, "mean_pairs", round.mean_pairs(), 0, printed);
  });
}

TEST_CASE("golden: detector.csv", "[golden]") {
  golden::for_each_row("detector.csv", [](const row& at) {
    const rate counts = hertz(at["a_rate"]);
    const duration time = duration::seconds(at["b_time_s"]);
    const std::string& kind = at.text("kind");
    double value = 0;
    if (kind == "dark") {
      value = link::dark_count_probability(counts, time);
    } else if (kind == "deadtime_nonparalyzable") {
      value = link::counted_if_not_paralysable(counts, time).base();
    } else if (kind == "deadtime_paralyzable") {
      value = link::counted_if_paralysable(counts, time).base();
    } else {
      FAIL(at.where() << ": unknown kind " << kind);
    }
    check(at, "value", value, 0, printed);
  });
}

TEST_CASE("golden: thermal_occupancy.csv", "[golden]") {
  golden::for_each_row("thermal_occupancy.csv", [](const row& at) {
    check(at, "n_th", link::thermal_occupancy(hertz(at["f_Hz"]), at["T_K"]), 1e-200, 1e-10);
  });
}

TEST_CASE("golden: freespace.csv", "[golden]") {
  golden::for_each_row("freespace.csv", [](const row& at) {
    const link::free_space line{.altitude = metres(at["h_m"]),
                                .ground_distance = metres(at["ground_m"]),
                                .divergence = at["theta_rad"],
                                .receiver_radius = metres(at["R_rx_m"]),
                                .wavelength = metres(at["lambda_m"]),
                                .pointing_jitter = at["sigma_point"]};
    constexpr double relative = 1e-8;
    check(at, "L_m", line.slant_range().base(), 0, relative);
    check(at, "elev_rad", line.elevation(), 0, relative);
    check(at, "w_m", line.beam_radius().base(), 0, relative);
    check(at, "eta_dif", line.aperture_transmittance(), 0, relative);
    check(at, "eta_atm", line.air_transmittance(), 0, relative);
    check(at, "eta", line.transmittance(), 0, relative);
    check(at, "loss_dB", line.total_loss().base(), 0, relative);
    if (!line.validate()) FAIL_CHECK(at.where() << ": not valid: " << line.validate().error().message());
  });
}

TEST_CASE("golden: hom_timing.csv", "[golden]") {
  golden::for_each_row("hom_timing.csv", [](const row& at) {
    const double a = at["a_dt_or_tw"], b = at["b_delta_or_gamma_or_V"], jitter = at["jitter_sigma"];
    const std::string& kind = at.text("kind");
    const double value = kind == "exp_offset_detuning"     ? link::visibility_of_decays(a, b)
                         : kind == "exp_gaussjitter"       ? link::visibility_of_decays_with_jitter(jitter)
                         : kind == "gauss_gaussjitter"     ? link::visibility_of_pulses_with_jitter(jitter)
                         : kind == "exp_puredephasing"     ? link::visibility_of_dephased_decays(b)
                         : kind == "window_acceptance"     ? link::window_acceptance(a)
                         : kind == "hom_dip_coincidence_R" ? link::coincidence_probability(a, b)
                                                           : std::nan("");
    if (std::isnan(value)) FAIL(at.where() << ": unknown kind " << kind);
    check(at, "value", value, 1e-8);
    // The closed form was left at 0 where there is none but the value.
    if (kind != "hom_dip_coincidence_R") check(at, "formula", value, 1e-11);
  });
}

TEST_CASE("golden: microwave_link.csv", "[golden]") {
  golden::for_each_row("microwave_link.csv", [](const row& at) {
    check(at, "F_bell", link::pitch_and_catch_pair_fidelity(at["eta"]), printed);
    check(at, "F_process", link::pitch_and_catch_pair_fidelity(at["eta"]), printed);
    check(at, "F_transfer_avg", link::pitch_and_catch_transfer_fidelity(at["eta"]), printed);
    const link::microwave_line line{.loss_per_length = decibels_per_kilometre(0),
                                    .couplers = decibels(-10 * std::log10(at["eta"]))};
    check(at, "F_bell", line.pair_fidelity(), printed);
  });
}
