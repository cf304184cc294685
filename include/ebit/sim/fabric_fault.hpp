// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::sim {

/// What breaks in a fabric, from `at` on (counted from the start of the run) for as long as it `lasts`. Its agents
/// sense it, but for a port that sticks in a switch without a sense of position.
struct fabric_fault {
  enum class kind : std::uint8_t {
    device,         ///< a switch (which homes when it is mended, and has lost its joins), an analyser, or the
                    ///< networking unit of an endpoint (which starts up and locks when it is mended)
    fibre,          ///< no light gets through
    sticking_port,  ///< of a switch: its moving part stays where it is
    drift,          ///< the networking unit of an endpoint works out of tolerance: it is degraded
    shutdown        ///< that unit is shut down in order, once its attempts have ended; then it is started up
  };
  kind what = kind::device;
  duration at{};                      ///< 0 s or more
  duration lasts{};                   ///< more than 0 s, and not for ever
  orchestrate::element_id element{};  ///< the device, or that of the port
  std::uint16_t port = 0;             ///< that sticks
  orchestrate::span_id fibre{};

  /// `name` is what the entry is called in errors.
  [[nodiscard]] status validate(const std::string& name, const orchestrate::fabric& in) const {
    if (what > kind::shutdown)
      return config_error{name + ".what", std::to_string(static_cast<unsigned>(what)), "one of the kinds"};
    if (at < duration::zero() || at.is_never())
      return config_error{name + ".at", ebit::detail::duration_text(at), "0 s or more"};
    if (lasts <= duration::zero() || (at + lasts).is_never())
      return config_error{name + ".lasts", ebit::detail::duration_text(lasts), "more than 0 s, and an end"};
    if (what == kind::fibre) {
      if (in.knows(fibre)) return success{};
      return config_error{name + ".fibre", fibre.valid() ? std::to_string(fibre.value()) : "none",
                          "0 to " + std::to_string(in.spans().size() - 1)};
    }
    if (!in.knows(element))
      return config_error{name + ".element", element.valid() ? std::to_string(element.value()) : "none",
                          "0 to " + std::to_string(in.elements().size() - 1)};
    if ((what == kind::drift || what == kind::shutdown) && in.at(element).kind != orchestrate::element_kind::endpoint)
      return config_error{name + ".element", in.at(element).label, "an endpoint, for its networking unit"};
    if (what != kind::sticking_port) return success{};
    const orchestrate::element& e = in.at(element);
    if (e.kind != orchestrate::element_kind::optical_switch)
      return config_error{name + ".element", e.label, "a switch, for a port that sticks"};
    if (port >= e.ports)
      return config_error{name + ".port", std::to_string(port), "0 to " + std::to_string(e.ports - 1)};
    return success{};
  }

  /// Whether it befalls an endpoint's networking unit.
  [[nodiscard]] bool is_of_unit(const orchestrate::fabric& in) const {
    return what == kind::drift || what == kind::shutdown ||
           (what == kind::device && in.at(element).kind == orchestrate::element_kind::endpoint);
  }

  friend bool operator==(const fabric_fault&, const fabric_fault&) = default;
};

}  // namespace ebit::sim
