// SPDX-License-Identifier: Apache-2.0
#include "centre_scenario.hpp"

#include <array>
#include <string>
#include <utility>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/orchestrate/fabric_builders.hpp>
#include <ebit/orchestrate/fabric_builders_direct.hpp>

namespace ebit_test {
namespace {

using namespace ebit;

class dice {
 public:
  dice(std::uint64_t seed, random_purpose purpose, std::uint64_t entity = 77) : draw_{seed, purpose, entity} {}
  std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(sample::below(draw_, n)); }
  std::uint32_t from(std::uint32_t least, std::uint32_t most) { return least + below(most - least + 1); }
  bool chance(double p) { return sample::bernoulli(draw_, p); }

 private:
  random_stream draw_;
};

[[nodiscard]] orchestrate::fabric built_alike(centre_scenario::fabric kind, std::uint32_t n,
                                              const orchestrate::fabric_options& o) {
  using enum centre_scenario::fabric;
  switch (kind) {
    case star: return orchestrate::star(n, o);
    case clos: return orchestrate::clos_for(n, o);
    case q_fly: return orchestrate::q_fly_for(n, o);
    case bcube: return orchestrate::bcube_for(n, 1, o);
    case fat_tree: break;
  }
  return orchestrate::fat_tree_for(n, o);
}

/// The same, if it is mixed, with a second kind of analysers: each pool has both, as far as it has two.
[[nodiscard]] orchestrate::fabric built(centre_scenario::fabric kind, std::uint32_t n, bool is_mixed,
                                        const orchestrate::fabric_options& o) {
  orchestrate::fabric alike = built_alike(kind, n, o);
  if (!is_mixed || !alike.validate()) return alike;
  orchestrate::fabric_parts parts = alike.parts();
  link::bell_state_analyser other = o.analyser;
  other.insertion_loss = decibels(1);
  other.mode_match = 0.97;
  other.set_up = duration::picoseconds(3'000'000);
  const auto second = static_cast<std::uint16_t>(parts.analyser_models.size());
  parts.analyser_models.push_back(other);
  bool is_other = false;
  for (orchestrate::element& e : parts.elements) {
    if (e.kind != orchestrate::element_kind::analyser) continue;
    if (is_other) e.model = second;
    is_other = !is_other;
  }
  return orchestrate::fabric{std::move(parts)};
}

[[nodiscard]] orchestrate::fabric_options parts_of(const centre_scenario& s) {
  orchestrate::fabric_options o;
  link::optical_switch moving;
  moving.insertion_loss = decibels(0.5);
  moving.reconfiguration_time = duration::picoseconds(std::int64_t{s.moves} * 1000);
  moving.homing_time = duration::picoseconds(std::int64_t{s.homing} * 1'000'000);
  moving.senses_position = s.blind == 0;
  if (s.crosstalk != 0) moving.crosstalk = decibels(s.crosstalk);
  o.switches = {moving};
  o.ports = static_cast<std::uint16_t>(s.ports);
  if (s.keeps_clocks()) o.analyser.eye.window = duration::picoseconds(200'000);
  return o;
}

void draw_fabric(centre_scenario& s, dice& d) {
  using fabric = centre_scenario::fabric;
  s.moves = std::array{1U, 1'000U, 20'000U}[d.below(3)];
  s.homing = d.chance(0.5) ? 0 : 100;
  s.blind = d.chance(0.3) ? 1 : 0;
  s.ports = d.from(1, 2);
  s.endpoints = d.from(4, 12);
  if (d.chance(0.3)) s.crosstalk = d.from(15, 40);
  const std::uint32_t kind = d.below(7);
  if (kind < 5) {
    s.kind = static_cast<fabric>(kind);
  } else {
    for (std::uint32_t some = d.from(2, 3); some > 0; --some) {
      centre_scenario::site one;
      one.kind = static_cast<std::uint32_t>(std::array{fabric::star, fabric::bcube, fabric::fat_tree}[d.below(3)]);
      one.endpoints = d.from(3, 6);
      one.kilometres = d.from(1, 4);
      one.repeaters = d.below(3);
      s.sites.push_back(one);
    }
  }
  if (!d.chance(0.3)) return;
  s.clock_jitter = d.below(10'000);
  s.clock_residual = d.below(30'000);
  s.clock_offset = d.below(5'000);
  s.clock_drift = d.below(10'000);
  s.known_signs = d.below(2);
}

void draw_demand(centre_scenario& s, dice& d) {
  s.memories = d.from(1, 3);
  s.controllers = d.from(1, 3);
  s.pattern = d.below(3);
  s.per_second = d.from(2'000, 10'000);
  s.pairs = d.from(1, 6);
  s.tenants = d.from(1, 3);
  s.buffer = d.below(7);
  s.partners = d.from(1, 4);
  s.kept = d.from(1, 4);
  s.half_life = d.from(100, 1'100);
  s.longest = d.from(500, 5'500);
  s.patience = d.from(1'000, 3'000);
  s.rest = d.from(100, 1'100);
  s.coherence = d.from(5'000, 10'000);
  s.move_time = d.below(2);
  s.move_noise = d.below(10);
  if (d.chance(0.5)) s.gate_time = d.from(1, 2'000);
}

void draw_faults(centre_scenario& s, dice& d) {
  using fault = centre_scenario::fault;
  using kind = fault::kind;
  s.retransmit = d.from(10, 50);
  if (d.chance(0.8)) {
    s.loss = d.below(200);
    s.duplication = d.below(100);
    s.jitter = d.below(4'000);
  }
  const orchestrate::fabric in = s.layout();
  const auto elements = static_cast<std::uint32_t>(in.elements().size());
  const auto endpoints = static_cast<std::uint32_t>(in.endpoints().size());
  const std::uint32_t nodes = elements + s.controllers + s.repeaters();
  const auto add = [&](kind what) -> fault& {
    fault f;
    f.what = what;
    f.at = d.below(s.troubled);
    s.faults.push_back(f);
    return s.faults.back();
  };
  for (std::uint32_t i = d.below(4); i > 0; --i) {
    fault& f = add(kind::crash);
    f.lasts = d.from(50, 1'050);
    f.where = d.below(nodes);
  }
  for (std::uint32_t i = d.below(6); i > 0; --i) {
    fault& f = add(static_cast<kind>(static_cast<std::uint32_t>(kind::device) + d.below(3)));
    f.lasts = d.chance(0.7) ? d.from(100, 2'100) : d.from(4'000, 12'000);
    if (f.what == kind::fibre) {
      f.where = d.below(in.spans().size());
    } else if (f.what == kind::device || in.switches().empty()) {
      f.what = kind::device;
      f.where = d.below(elements);
    } else {
      f.where = in.switches()[d.below(in.switches().size())].value();
      f.port = d.below(in.at(orchestrate::element_id{f.where}).ports);
    }
  }
  for (std::uint32_t i = d.below(4); i > 0; --i) {
    fault& f = add(static_cast<kind>(
        d.from(static_cast<std::uint32_t>(kind::clock_step), static_cast<std::uint32_t>(kind::erasure))));
    // Endpoints and repeaters have qubits; everybody has a clock.
    const std::uint32_t device = d.below(endpoints + s.repeaters());
    f.where = device < endpoints ? device : device - endpoints + elements + s.controllers;
    switch (f.what) {
      case kind::clock_step:
        f.where = d.below(nodes);
        f.step = static_cast<std::int32_t>(d.from(1, 2'000));
        if (d.chance(0.5)) f.step = -f.step;
        break;
      case kind::device_faults:
        f.lasts = d.from(100, 5'000);
        f.probability = std::array{20U, 100U, 500U, 1'000U}[d.below(4)];
        break;
      case kind::slow_device:
        f.lasts = d.from(100, 5'000);
        f.factor = d.from(2, 50);
        break;
      default: break;
    }
  }
}

/// The life of networking units. What is drawn before this stays as it is for a seed.
void draw_units(centre_scenario& s, dice& d, bool goes_wrong) {
  using kind = centre_scenario::fault::kind;
  s.mixed = d.chance(0.3) ? 1 : 0;
  s.cold = d.chance(0.3) ? 1 : 0;
  if (d.chance(0.7)) {
    s.initialising = std::array{0U, 40U, 500U}[d.below(3)];
    s.locking = std::array{0U, 25U, 300U}[d.below(3)];
    s.deinitialising = std::array{0U, 10U, 200U}[d.below(3)];
  }
  if (d.chance(0.7)) {
    s.degraded_loss = d.below(800);
    s.degraded_noise = d.below(100);
  }
  if (!goes_wrong) return;
  const auto endpoints = static_cast<std::uint32_t>(s.layout().endpoints().size());
  const auto add = [&](kind what, std::uint32_t lasts) {
    centre_scenario::fault f;
    f.what = what;
    f.at = d.below(s.troubled);
    f.lasts = lasts;
    f.where = d.below(endpoints);
    s.faults.push_back(f);
  };
  for (std::uint32_t i = d.below(3); i > 0; --i)
    add(kind::drift, d.chance(0.6) ? d.from(20, 2'000) : d.from(4'000, 12'000));
  for (std::uint32_t i = d.below(3); i > 0; --i)
    add(kind::shutdown, d.chance(0.7) ? d.from(5, 2'000) : d.from(4'000, 12'000));
  // Shorter than units take to start up.
  for (std::uint32_t i = d.below(3); i > 0; --i) add(kind::device, d.from(1, 30));
}

/// Draws of their own, so that what breaks otherwise is the same with and without.
void draw_degradations(centre_scenario& s, dice& d) {
  using fault = centre_scenario::fault;
  const orchestrate::fabric in = s.layout();
  for (std::uint32_t i = d.below(4); i > 0; --i) {
    fault f;
    f.what = fault::kind::degraded;
    f.at = d.below(s.troubled);
    f.lasts = d.from(100, 4'000);
    f.port = d.below(2);
    const auto elements = static_cast<std::uint32_t>(in.elements().size()),
               endpoints = static_cast<std::uint32_t>(in.endpoints().size());
    f.where = f.port == 1 ? d.below(in.spans().size()) : d.from(endpoints, elements - 1);
    f.factor = d.from(1, 10);
    f.probability = d.chance(0.5) ? d.below(200) : 0;
    f.step = d.chance(0.3) ? 1 : 0;
    s.faults.push_back(f);
  }
}

}  // namespace

std::optional<orchestrate::data_centres> centre_scenario::joined() const {
  if (sites.empty()) return std::nullopt;
  const orchestrate::fabric_options o = parts_of(*this);
  std::vector<orchestrate::site> all;
  std::vector<orchestrate::trunk> trunks;
  for (std::uint32_t i = 0; i < sites.size(); ++i) {
    const site& one = sites[i];
    all.push_back(
        {"site" + std::to_string(i), built(static_cast<fabric>(one.kind), one.endpoints, mixed != 0, o), {0, 1}});
    if (i != 0)
      trunks.push_back({{i - 1, 1}, {i, 0}, kilometres(one.kilometres), static_cast<std::uint16_t>(one.repeaters)});
  }
  return orchestrate::data_centres{std::move(all), std::move(trunks)};
}

orchestrate::fabric centre_scenario::layout() const {
  if (const auto all = joined()) return all->inside();
  return built(kind, endpoints, mixed != 0, parts_of(*this));
}

std::uint32_t centre_scenario::repeaters() const {
  std::uint32_t sum = 0;
  for (std::size_t i = 1; i < sites.size(); ++i) sum += sites[i].repeaters;
  return sum;
}

centre_scenario centre_scenario_of(std::uint64_t seed) {
  centre_scenario s;
  s.seed = seed;
  s.coded = seed / 4 % 2 == 0 ? 1 : 0;  // whether or not things go wrong, and of either kind of link
  s.runs = std::array{centre_scenario::stack::one_photon, centre_scenario::stack::stocked,
                      centre_scenario::stack::plain}[seed % 3];
  dice shape{seed, random_purpose::topology}, demand{seed, random_purpose::demand},
      wrong{seed, random_purpose::fault}, units{seed, random_purpose::fault, 78},
      worse{mix(seed, 1), random_purpose::fault};
  draw_fabric(s, shape);
  draw_demand(s, demand);
  if (seed % 4 != 0) draw_faults(s, wrong);
  draw_units(s, units, seed % 4 != 0);
  if (seed % 4 != 0) draw_degradations(s, worse);
  return s;
}

}  // namespace ebit_test
