// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/math.hpp>
#include <ebit/core/time.hpp>
#include <ebit/core/units.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/sim/optical_truth.hpp>
#include <ebit/sim/stray_inlet.hpp>

namespace ebit::sim {

/// How much light is in each switch of a fabric, and what of it leaks into others' paths. A photon in a switch comes
/// out of every path it does not belong to with probability `optical_switch::leakage`, and goes on along that path. It
/// is out of step with that path's own photons, since endpoints begin their cycles when they are told to, so it counts
/// like a dark count. Light that leaks twice is left out, and so is that of a path's own two arms: it is in step, and
/// meets what it would have met.
///
/// Light counts from the time it is emitted; its flight is left out. It is summed in whole micro-photons per second, so
/// that what is taken away is exactly what was added.
class stray_light {
 public:
  stray_light() = default;
  /// `brightest`: photons per second that leave any one port, at most.
  stray_light(const orchestrate::fabric& layout, double brightest)
      : entering_(layout.elements().size(), 0), brightest_{brightest} {
    for (const orchestrate::element_id e : layout.switches())
      leaks_ = leaks_ || layout.model_of_switch(e).crosstalk.base() < negligible;
    for (const orchestrate::element_id e : layout.endpoints()) {
      first_.push_back(static_cast<std::uint32_t>(beams_.size()));
      beams_.resize(beams_.size() + layout.at(e).ports);
    }
  }

  /// Whether any switch leaks at all.
  [[nodiscard]] bool leaks() const { return leaks_; }
  /// Whether light from there gets into the fabric: not from repeaters and the ports of gateways that trunks end at.
  [[nodiscard]] bool knows(std::uint32_t node, std::uint32_t port) const {
    return node < first_.size() &&
           port < (node + 1 < first_.size() ? first_[node + 1] : beams_.size()) - first_[node];
  }
  /// Photons of all paths that enter a switch now, per second.
  [[nodiscard]] double entering(std::uint32_t element) const { return per_second(entering_[element]); }

  /// From now on an endpoint sends that many photons per second from a port; 0: it sends no more.
  void send(const optical_truth& optics, std::uint32_t node, std::uint32_t port, double photons, world_time now) {
    beams_[first_[node] + port].photons = photons;
    reroute(optics, node, port, now);
  }
  /// What its light passes has moved, broken or been mended.
  void reroute(const optical_truth& optics, std::uint32_t node, std::uint32_t port, world_time now) {
    beam& b = beams_[first_[node] + port];
    for (const share& s : b.shares) entering_[s.at] -= s.amount;
    b.shares.clear();
    if (!(b.photons > 0)) return;
    optics.on_way(node, port, now, [&](orchestrate::element_id at, loss before) {
      const auto amount = static_cast<std::int64_t>(b.photons * passed(before) * 1e6 + 0.5);
      b.shares.push_back({at.value(), amount});
      entering_[at.value()] += amount;
    });
  }
  void reroute_all(const optical_truth& optics, world_time now) {
    for (std::uint32_t node = 0; node < first_.size(); ++node) {
      const std::size_t end = node + 1 < first_.size() ? first_[node + 1] : beams_.size();
      for (std::size_t b = first_[node]; b < end; ++b)
        if (beams_[b].photons > 0) reroute(optics, node, static_cast<std::uint32_t>(b - first_[node]), now);
    }
  }

  /// Adds the places where light gets into one arm of a path, of which that share reaches the analyser.
  void add_inlets(const optical_truth& optics, std::uint32_t node, std::uint32_t port, double transmittance,
                  world_time now, std::vector<stray_inlet>& to) const {
    if (!leaks_) return;
    optics.on_way(node, port, now, [&](orchestrate::element_id at, loss before) {
      const double leaked = optics.layout().model_of_switch(at).leakage();
      to.push_back({at.value(), leaked * transmittance / passed(before)});
    });
  }
  /// Photons of others that reach the analyser of the path between two endpoints' ports, per second.
  [[nodiscard]] double arriving(const std::vector<stray_inlet>& inlets, std::uint32_t node_a, std::uint32_t port_a,
                                std::uint32_t node_b, std::uint32_t port_b) const {
    double sum = 0;
    for (const stray_inlet& i : inlets) {
      std::int64_t others = entering_[i.at];
      for (const beam* own : {&beams_[first_[node_a] + port_a], &beams_[first_[node_b] + port_b]})
        for (const share& s : own->shares)
          if (s.at == i.at) others -= s.amount;
      sum += i.passes * per_second(others);
    }
    return sum;
  }
  /// No more than that ever does.
  [[nodiscard]] double most(const orchestrate::fabric& layout, const std::vector<stray_inlet>& inlets) const {
    double sum = 0;
    for (const stray_inlet& i : inlets) {
      const std::uint16_t ports = layout.at(orchestrate::element_id{i.at}).ports;
      sum += i.passes * brightest_ * (ports > 2 ? ports - 2 : 0);
    }
    return sum;
  }

 private:
  static constexpr double negligible = 300;  ///< dB; the default of a switch that does not leak is 1000

  struct share {
    std::uint32_t at = 0;
    std::int64_t amount = 0;  ///< micro-photons per second
  };
  struct beam {
    double photons = 0;  ///< per second, where they are emitted
    std::vector<share> shares;
  };

  [[nodiscard]] static double per_second(std::int64_t amount) { return static_cast<double>(amount) * 1e-6; }
  [[nodiscard]] static double passed(loss lost) { return math::pow(10.0, -lost.base() / 10); }

  std::vector<std::int64_t> entering_;  ///< each element, micro-photons per second
  std::vector<std::uint32_t> first_;    ///< beam of each endpoint's port 0
  std::vector<beam> beams_;
  double brightest_ = 0;
  bool leaks_ = false;
};

}  // namespace ebit::sim
