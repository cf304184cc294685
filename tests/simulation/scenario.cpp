// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

namespace ebit_test {
namespace {

using ebit::random_purpose;
using ebit::random_stream;

class dice {
 public:
  dice(std::uint64_t seed, random_purpose purpose) : draw_{seed, purpose, 4} {}

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(ebit::sample::below(draw_, n)); }
  std::uint32_t from(std::uint32_t first, std::uint32_t last) { return first + below(last - first + 1); }
  bool chance(double p) { return ebit::sample::bernoulli(draw_, p); }
  std::uint32_t of(std::initializer_list<std::uint32_t> values) {
    return values.begin()[below(static_cast<std::uint32_t>(values.size()))];
  }
  /// Evenly spread over orders of magnitude.
  std::uint32_t scale(double first, double last) {
    const double u = ebit::sample::uniform(draw_);
    return static_cast<std::uint32_t>(ebit::math::exp(ebit::math::log(first) * (1 - u) + ebit::math::log(last) * u));
  }

 private:
  random_stream draw_;
};

void join(scenario& s, dice& d, std::uint32_t a, std::uint32_t b) {
  scenario::line l{a, b, d.scale(200, 25'000), 500};
  if (d.chance(0.3)) l.station = d.from(100, 900);
  if (d.chance(0.5)) std::swap(l.a, l.b);
  s.lines.push_back(l);
}

void draw_topology(scenario& s, dice& d) {
  const std::uint32_t shape = d.below(6);
  s.nodes = d.from(2, 9);
  switch (shape) {
    case 0:  // chain
      for (std::uint32_t i = 0; i + 1 < s.nodes; ++i) join(s, d, i, i + 1);
      break;
    case 1:  // star
      for (std::uint32_t i = 1; i < s.nodes; ++i) join(s, d, 0, i);
      break;
    case 2:  // ring
      s.nodes = std::max(s.nodes, 3U);
      for (std::uint32_t i = 0; i < s.nodes; ++i) join(s, d, i, (i + 1) % s.nodes);
      break;
    case 3: {  // grid
      const std::uint32_t columns = d.from(2, 3), rows = d.from(1, 3);
      s.nodes = columns * rows;
      for (std::uint32_t i = 0; i < s.nodes; ++i) {
        if ((i + 1) % columns != 0) join(s, d, i, i + 1);
        if (i + columns < s.nodes) join(s, d, i, i + columns);
      }
      break;
    }
    case 4:  // binary tree
      for (std::uint32_t i = 1; i < s.nodes; ++i) join(s, d, (i - 1) / 2, i);
      break;
    default:  // any connected graph; two nodes may be joined twice
      for (std::uint32_t i = 1; i < s.nodes; ++i) join(s, d, d.below(i), i);
      for (std::uint32_t extra = d.below(s.nodes); extra > 0; --extra) {
        const std::uint32_t a = d.below(s.nodes), b = d.below(s.nodes);
        if (a != b) join(s, d, a, b);
      }
  }
}

void draw_stack(scenario& s, dice& d) {
  s.kind = static_cast<scenario::stack>(d.below(7));
  s.joins = static_cast<scenario::order>(d.below(3));
  s.memories = d.from(1, 4);
  if (s.kind != scenario::stack::plain) {
    const bool once = s.kind == scenario::stack::epl || s.kind == scenario::stack::one_way;
    s.rounds = once ? 1 : d.from(1, 2);
    const bool at_ends = s.kind != scenario::stack::epl && d.chance(0.5);
    s.at_ends = at_ends && s.kind < scenario::stack::epl ? 1 : 0;  // the others distil links only
    s.memories = std::max(s.memories, s.kind == scenario::stack::pumping ? 2U : 1U << s.rounds);
  }
  if (d.chance(0.25) && s.kind == scenario::stack::plain) s.width = d.from(1, s.memories);
  s.noisy = d.chance(0.5) ? 1 : 0;
  s.gate_time = d.chance(0.5) ? d.from(1, 5) : 0;
  if (d.chance(0.5)) s.cutoff = d.scale(2'000, 40'000);
  if (d.chance(0.5)) s.retransmit = d.scale(50, 2'000);
  s.shared = d.chance(0.5) ? 1 : 0;
  s.service = s.shared != 0 ? d.below(4) : 0;
  if (d.chance(0.3)) s.tests = d.from(2, 12);
  if (d.chance(0.2)) s.swap_failures = d.of({50, 250});
  s.coded = static_cast<std::uint32_t>(s.seed & 1);
}

void draw_demands(scenario& s, dice& d) {
  for (std::uint32_t count = d.from(1, 4); count > 0; --count) {
    scenario::demand a;
    a.from = d.below(s.nodes);
    a.to = (a.from + d.from(1, s.nodes - 1)) % s.nodes;
    if (s.shared != 0 && !s.demands.empty() && d.chance(0.7)) {  // in either direction
      a.from = s.demands.back().from, a.to = s.demands.back().to;
      if (d.chance(0.4)) std::swap(a.from, a.to);
    }
    a.pairs = d.scale(1, 60);
    a.at = d.chance(0.5) ? 0 : d.scale(10, 30'000);
    if (d.chance(0.3)) a.kind = d.from(1, 2);
    a.bases = d.below(3);
    a.priority = d.below(8);
    a.weight = d.from(1, 9);
    a.purpose = d.below(65'536);
    if (d.chance(0.1)) a.atomic = 1, a.pairs = std::min(a.pairs, 1 + d.below(s.memories));
    if (d.chance(0.1)) a.consecutive = 1;
    if (d.chance(0.2)) a.limit = d.scale(1'000, 200'000);
    // Where cut-offs make pairs as rare as one likes, what is not served has to expire.
    if (a.limit == 0 && s.cutoff != 0) a.limit = d.scale(20'000, 500'000);
    s.demands.push_back(a);
  }
}

void draw_faults(scenario& s, dice& d) {
  if (d.chance(0.6)) {
    s.loss = d.of({0, 0, 10, 30, 100, 300});
    s.duplication = d.of({0, 0, 50, 200});
    s.jitter = d.chance(0.5) ? d.scale(1, 500) : 0;
  }
  if (d.chance(0.5)) return;
  using kind = scenario::fault::kind;
  for (std::uint32_t count = d.from(1, 6); count > 0; --count) {
    scenario::fault f;
    f.what = static_cast<kind>(d.below(6));
    f.at = d.scale(100, 200'000);
    f.node = d.below(s.nodes);
    switch (f.what) {
      case kind::crash: f.lasts = d.scale(10, 50'000); break;
      case kind::link_down:
        f.lasts = d.scale(10, 50'000);
        f.path = d.below(static_cast<std::uint32_t>(s.lines.size()));
        break;
      case kind::clock_step: f.step = static_cast<std::int32_t>(d.scale(1, 20'000)) * (d.chance(0.5) ? 1 : -1); break;
      case kind::device_faults:
        f.lasts = d.scale(100, 50'000);
        f.probability = d.of({20, 100, 500, 1'000});
        break;
      case kind::slow_device:
        f.lasts = d.scale(100, 50'000);
        f.factor = d.from(2, 50);
        break;
      case kind::erasure: break;
    }
    s.faults.push_back(f);
  }
  // What happens in one instant has no order of its own.
  for (std::size_t i = 0; i < s.faults.size(); ++i)
    while (coincides(s.faults, i)) ++s.faults[i].at;
  // One node suffers from one fault of a kind at a time.
  std::vector<scenario::fault> apart;
  for (const scenario::fault& f : s.faults) {
    const bool clashes = std::any_of(apart.begin(), apart.end(), [&](const scenario::fault& g) {
      const bool same = f.what == kind::link_down ? f.path == g.path : f.node == g.node;
      return f.what == g.what && same && f.at <= g.at + g.lasts && g.at <= f.at + f.lasts;
    });
    if (!clashes) apart.push_back(f);
  }
  s.faults = std::move(apart);
  // Where a node may forget everything, nobody can rely on one message for each word.
  if (s.has(kind::crash) && s.retransmit == 0) s.retransmit = 300;
}

}  // namespace

bool coincides(const std::vector<scenario::fault>& faults, std::size_t i) {
  const auto ends = [](const scenario::fault& f) { return std::uint64_t{f.at} + f.lasts; };
  const scenario::fault& f = faults[i];
  return std::any_of(faults.begin(), faults.begin() + static_cast<std::ptrdiff_t>(i), [&](const scenario::fault& g) {
    return f.at == g.at || f.at == ends(g) || ends(f) == g.at || ends(f) == ends(g);
  });
}

scenario scenario_of(std::uint64_t seed) {
  scenario s;
  s.seed = seed;
  dice shape{seed, random_purpose::topology}, demand{seed, random_purpose::demand},
      fault{seed, random_purpose::fault};
  draw_topology(s, shape);
  draw_stack(s, demand);
  draw_demands(s, demand);
  draw_faults(s, fault);
  return s;
}

}  // namespace ebit_test
