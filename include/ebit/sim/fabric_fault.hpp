// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::sim {

/// What breaks in a fabric, or gets worse, from `at` on (counted from the start of the run) for as long as it `lasts`.
/// Its agents sense it, but for a port that sticks in a switch without a sense of position, and for what is degraded
/// without `is_sensed`.
struct fabric_fault {
  enum class kind : std::uint8_t {
    device,         ///< a switch (which homes when it is mended, and has lost its joins), an analyser, or the
                    ///< networking unit of an endpoint (which starts up and locks when it is mended)
    fibre,          ///< no light gets through
    sticking_port,  ///< of a switch: its moving part stays where it is
    drift,          ///< the networking unit of an endpoint works out of tolerance: it is degraded
    shutdown,       ///< that unit is shut down in order, once its attempts have ended; then it is started up
    degraded        ///< a switch, an analyser or a fibre: light goes on, but weaker and noisier
  };
  kind what = kind::device;
  duration at{};                      ///< 0 s or more
  duration lasts{};                   ///< more than 0 s, and not for ever
  orchestrate::element_id element{};  ///< the device, or that of the port
  std::uint16_t port = 0;             ///< that sticks
  orchestrate::span_id fibre{};       ///< cut, or degraded; else none
  loss added_loss{};                  ///< of what is degraded, on each photon that passes or gets there; 0 to 100 dB
  double noise = 0;                   ///< the same: probability of white noise on it; 0 to 1
  bool is_sensed = true;              ///< agents report what is degraded; of a fibre those of switches and analysers

  /// `name` is what the entry is called in errors.
  [[nodiscard]] status validate(const std::string& name, const orchestrate::fabric& in) const {
    if (what > kind::degraded)
      return config_error{name + ".what", std::to_string(static_cast<unsigned>(what)), "one of the kinds"};
    if (at < duration::zero() || at.is_never())
      return config_error{name + ".at", ebit::detail::duration_text(at), "0 s or more"};
    if (lasts <= duration::zero() || (at + lasts).is_never())
      return config_error{name + ".lasts", ebit::detail::duration_text(lasts), "more than 0 s, and an end"};
    if (auto ok = validate_degradation(name); !ok) return ok;
    if (is_of_fibre()) {
      if (in.knows(fibre)) return success{};
      return config_error{name + ".fibre", fibre.valid() ? std::to_string(fibre.value()) : "none",
                          "0 to " + std::to_string(in.spans().size() - 1)};
    }
    if (!in.knows(element))
      return config_error{name + ".element", element.valid() ? std::to_string(element.value()) : "none",
                          "0 to " + std::to_string(in.elements().size() - 1)};
    if ((what == kind::drift || what == kind::shutdown) && in.at(element).kind != orchestrate::element_kind::endpoint)
      return config_error{name + ".element", in.at(element).label, "an endpoint, for its networking unit"};
    if (what == kind::degraded && in.at(element).kind == orchestrate::element_kind::endpoint)
      return config_error{name + ".element", in.at(element).label, "a switch or an analyser, or a fibre instead"};
    if (what != kind::sticking_port) return success{};
    const orchestrate::element& e = in.at(element);
    if (e.kind != orchestrate::element_kind::optical_switch)
      return config_error{name + ".element", e.label, "a switch, for a port that sticks"};
    if (port >= e.ports)
      return config_error{name + ".port", std::to_string(port), "0 to " + std::to_string(e.ports - 1)};
    return success{};
  }

  /// Whether it befalls a fibre.
  [[nodiscard]] bool is_of_fibre() const {
    return what == kind::fibre || (what == kind::degraded && fibre.valid());
  }
  /// Whether it befalls an endpoint's networking unit.
  [[nodiscard]] bool is_of_unit(const orchestrate::fabric& in) const {
    return what == kind::drift || what == kind::shutdown ||
           (what == kind::device && in.at(element).kind == orchestrate::element_kind::endpoint);
  }

  friend bool operator==(const fabric_fault&, const fabric_fault&) = default;

 private:
  [[nodiscard]] status validate_degradation(const std::string& name) const {
    const std::string given = ebit::detail::number_text(added_loss.base()) + " dB";
    if (what != kind::degraded) {
      constexpr const char* only = ", for what is not degraded";
      if (added_loss.base() != 0) return config_error{name + ".added_loss", given, std::string{"0 dB"} + only};
      if (noise != 0) return config_error{name + ".noise", ebit::detail::number_text(noise), std::string{"0"} + only};
      if (!is_sensed) return config_error{name + ".is_sensed", "no", std::string{"yes"} + only};
      return success{};
    }
    if (fibre.valid() && element.valid())
      return config_error{name + ".element", std::to_string(element.value()), "none where a fibre is named"};
    if (!(added_loss.base() >= 0 && added_loss.base() <= 100))
      return config_error{name + ".added_loss", given, "0 dB to 100 dB"};
    if (auto ok = ebit::detail::check_probability((name + ".noise").c_str(), noise); !ok) return ok;
    if (added_loss.base() == 0 && noise == 0)
      return config_error{name + ".added_loss", given, "more than 0 dB where there is no noise"};
    return success{};
  }
};

}  // namespace ebit::sim
