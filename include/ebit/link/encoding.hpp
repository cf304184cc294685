// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>

#include <ebit/core/result.hpp>
#include <ebit/link/flying_qubit.hpp>
#include <ebit/link/hardware.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/x_state.hpp>

namespace ebit::link {

/// Also of a value that is no encoding: "unknown".
[[nodiscard]] constexpr const char* name_of(encoding code) {
  switch (code) {
    case encoding::fock: return "fock";
    case encoding::polarisation: return "polarisation";
    case encoding::time_bin: return "time_bin";
    case encoding::frequency_bin: return "frequency_bin";
    case encoding::path: return "path";
  }
  return "unknown";
}

/// Refuses a photon written in one encoding where another is wanted; `what` names the place.
[[nodiscard]] inline status matching(const char* what, encoding given, encoding wanted) {
  if (given == wanted) return success{};
  return config_error{what, name_of(given), name_of(wanted)};
}

/// Rewrites a flying qubit from one encoding to another. The default is the price of 4 % that Cisco states for its
/// switch as an upper bound.
struct converter {
  encoding from = encoding::polarisation;
  encoding to = encoding::time_bin;
  double efficiency = 1;   ///< the photon is still there; 0 to 1
  double fidelity = 0.96;  ///< of a perfect pair after one half was converted: white noise on that half; 1/4 to 1

  /// Probability of white noise on the half: 4(1 − F)/3.
  [[nodiscard]] constexpr double noise() const { return (1 - fidelity) * 4 / 3; }
  /// Of a pair of that fidelity, whatever its state: F(1 − p) + p/4. Five of 0.96 leave 0.82, seven 0.76.
  [[nodiscard]] constexpr double pair_fidelity(double before) const { return before * (1 - noise()) + noise() / 4; }
  [[nodiscard]] constexpr bell_diagonal converted(const bell_diagonal& pair) const { return pair.whitened(noise()); }
  [[nodiscard]] constexpr x_state converted(const x_state& pair, half which) const {
    return pair.whitened(which, noise());
  }
  /// The photon rewritten, or why it does not fit.
  template <carrier Carrier>
  [[nodiscard]] result<flying_qubit<Carrier>> convert(flying_qubit<Carrier> photon) const {
    if (auto ok = matching("converter.from", photon.code, from); !ok) return ok.error();
    return rewritten(photon);
  }

  /// Takes `efficiency` off `emission_efficiency`, and `noise()` off `emission_fidelity`: of a converter that stands
  /// between a node and its fibre. Changes the two members that it finds, so it comes after what emits.
  [[nodiscard]] constexpr hardware installed_in(hardware h) const {
    h.emission_efficiency *= efficiency;
    h.emission_fidelity = pair_fidelity(h.emission_fidelity);
    return h;
  }

  [[nodiscard]] status validate() const {
    if (from > encoding::path) return config_error{"converter.from", name_of(from), "one of the encodings"};
    if (to > encoding::path) return config_error{"converter.to", name_of(to), "one of the encodings"};
    if (auto checked = ebit::detail::check_probability("converter.efficiency", efficiency); !checked) return checked;
    if (!(fidelity >= 0.25 && fidelity <= 1))
      return config_error{"converter.fidelity", ebit::detail::number_text(fidelity), "0.25 to 1"};
    return success{};
  }

  friend constexpr bool operator==(const converter&, const converter&) = default;

 private:
  template <encoding From, encoding To>
  friend struct coded_converter;

  template <carrier Carrier>
  [[nodiscard]] constexpr flying_qubit<Carrier> rewritten(flying_qubit<Carrier> photon) const {
    photon.code = to;
    photon.suffered = photon.suffered.then(efficiency, 0);
    photon.pair = photon.pair.whitened(photon.which, noise());
    return photon;
  }
};

/// Converters in a row as one. Refused: none at all, one that is out of range, and one that does not take what the
/// one before it gives.
[[nodiscard]] inline result<converter> chained(std::span<const converter> stages) {
  if (stages.empty()) return config_error{"converters", "none", "1 or more"};
  converter all = stages.front();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::string name = "converters[" + std::to_string(i) + "]";
    const auto named = [&name](config_error error) {
      error.what = name + ": " + error.what;
      return error;
    };
    if (auto ok = stages[i].validate(); !ok) return named(ok.error());
    if (i == 0) continue;
    if (auto ok = matching("converter.from", stages[i].from, all.to); !ok) return named(ok.error());
    all.to = stages[i].to;
    all.efficiency *= stages[i].efficiency;
    all.fidelity = stages[i].pair_fidelity(all.fidelity);
  }
  return all;
}

/// A flying qubit whose encoding is part of its type, as its carrier is.
template <carrier Carrier, encoding Encoding>
struct coded_qubit {
  static constexpr carrier on = Carrier;
  static constexpr encoding code = Encoding;

  flying_qubit<Carrier> photon{.pair = {}, .which = half::b, .code = Encoding, .suffered = {}, .present = 1};

  friend constexpr bool operator==(const coded_qubit&, const coded_qubit&) = default;
};

template <class Photon, carrier Carrier>
concept carried_on = std::remove_cvref_t<Photon>::on == Carrier;
template <class Photon, encoding Encoding>
concept encoded_as = std::remove_cvref_t<Photon>::code == Encoding;

/// A converter that takes one encoding only, checked by the compiler.
template <encoding From, encoding To>
struct coded_converter {
  double efficiency = 1;
  double fidelity = 0.96;

  [[nodiscard]] constexpr converter as_converter() const { return {From, To, efficiency, fidelity}; }
  [[nodiscard]] status validate() const { return as_converter().validate(); }

  template <class Photon>
    requires encoded_as<Photon, From>
  [[nodiscard]] constexpr auto operator()(const Photon& in) const {
    return coded_qubit<Photon::on, To>{as_converter().rewritten(in.photon)};
  }

  friend constexpr bool operator==(const coded_converter&, const coded_converter&) = default;
};

/// A port that takes and gives one carrier and one encoding only, checked by the compiler.
template <carrier Carrier, encoding Encoding>
struct coded_port {
  port<Carrier> device{};

  [[nodiscard]] status validate() const { return device.validate(); }
  [[nodiscard]] constexpr coded_qubit<Carrier, Encoding> emit(const stationary_qubit& q) const {
    return {device.emit(q, Encoding)};
  }
  template <class Photon>
    requires carried_on<Photon, Carrier> && encoded_as<Photon, Encoding>
  [[nodiscard]] constexpr stationary_qubit absorb(const Photon& in) const {
    return device.absorb(in.photon);
  }

  friend constexpr bool operator==(const coded_port&, const coded_port&) = default;
};

}  // namespace ebit::link
