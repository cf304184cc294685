// SPDX-License-Identifier: Apache-2.0
#include "shrink.hpp"

#include "apart.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace ebit_test {
namespace {

/// Leaves a node out that nothing needs: its lines go, the others close ranks.
[[nodiscard]] scenario without_node(scenario s, std::uint32_t n) {
  std::vector<std::uint32_t> number(s.lines.size());
  std::vector<scenario::line> lines;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    number[i] = static_cast<std::uint32_t>(lines.size());
    if (s.lines[i].a != n && s.lines[i].b != n) lines.push_back(s.lines[i]);
  }
  const auto close = [n](std::uint32_t& x) { x -= x > n ? 1U : 0U; };
  std::erase_if(s.demands, [n](const scenario::demand& d) { return d.from == n || d.to == n; });
  std::erase_if(s.faults, [&](const scenario::fault& f) {
    if (f.what != scenario::fault::kind::link_down) return f.node == n;
    return s.lines[f.path].a == n || s.lines[f.path].b == n;
  });
  for (scenario::fault& f : s.faults) {
    if (f.what == scenario::fault::kind::link_down) f.path = number[f.path], f.node = 0;
    close(f.node);
    if (f.what != scenario::fault::kind::link_down) f.path = 0;
  }
  for (scenario::demand& d : s.demands) close(d.from), close(d.to);
  s.lines = std::move(lines);
  for (scenario::line& l : s.lines) close(l.a), close(l.b);
  --s.nodes;
  return s;
}

[[nodiscard]] scenario without_line(scenario s, std::size_t i) {
  s.lines.erase(s.lines.begin() + static_cast<std::ptrdiff_t>(i));
  std::erase_if(s.faults,
                [i](const scenario::fault& f) { return f.what == scenario::fault::kind::link_down && f.path == i; });
  for (scenario::fault& f : s.faults)
    if (f.path > i) --f.path;
  return s;
}

/// Smaller values of one number, the boldest first.
template <class Number>
[[nodiscard]] std::vector<Number> smaller(Number value, Number least) {
  std::vector<Number> all;
  if (value == least) return all;
  all.push_back(least);
  for (Number step = (value - least) / 2; step != 0; step /= 2) all.push_back(value - step);
  return all;
}

class shrinker {
 public:
  shrinker(scenario s, const std::function<bool(const scenario&)>& fails, int tries)
      : best_{std::move(s)}, fails_{fails}, tries_{tries} {}

  [[nodiscard]] scenario best() {
    for (bool better = true; better && tries_ > 0;) {
      better = false;
      for (std::size_t i = best_.faults.size(); i-- > 0;)
        better |= change([i](scenario& s) { s.faults.erase(s.faults.begin() + static_cast<std::ptrdiff_t>(i)); });
      for (std::size_t i = best_.demands.size(); i-- > 0;)
        better |= change([i](scenario& s) { s.demands.erase(s.demands.begin() + static_cast<std::ptrdiff_t>(i)); });
      for (std::uint32_t n = best_.nodes; n-- > 0;)
        if (best_.nodes > 2) better |= change([n](scenario& s) { s = without_node(std::move(s), n); });
      for (std::size_t i = best_.lines.size(); i-- > 0;)
        better |= change([i](scenario& s) { s = without_line(std::move(s), i); });
      for (const auto field :
           {&scenario::tests, &scenario::service, &scenario::shared, &scenario::jitter, &scenario::duplication,
            &scenario::loss, &scenario::coded, &scenario::noisy, &scenario::gate_time, &scenario::swap_failures,
            &scenario::cutoff, &scenario::width, &scenario::at_ends, &scenario::rounds, &scenario::retransmit})
        better |= lower([field](scenario& s) -> std::uint32_t& { return s.*field; }, 0U);
      better |= lower([](scenario& s) -> std::uint32_t& { return s.memories; }, 1U);
      better |= smaller_demands();
      for (std::size_t i = 0; i < best_.faults.size(); ++i) {
        better |= lower([i](scenario& s) -> std::uint32_t& { return s.faults[i].lasts; }, 0U);
        better |= lower([i](scenario& s) -> std::uint32_t& { return s.faults[i].at; }, 0U);
      }
      for (std::size_t i = 0; i < best_.lines.size(); ++i) {
        better |= lower([i](scenario& s) -> std::uint32_t& { return s.lines[i].metres; }, 1'000U);
        if (best_.lines[i].station != 500) better |= change([i](scenario& s) { s.lines[i].station = 500; });
      }
    }
    return best_;
  }

 private:
  bool smaller_demands() {
    using demand = scenario::demand;
    bool better = false;
    for (std::size_t i = 0; i < best_.demands.size(); ++i) {
      for (const auto field : {&demand::kind, &demand::bases, &demand::priority, &demand::purpose, &demand::atomic,
                               &demand::consecutive, &demand::limit, &demand::at})
        better |= lower([i, field](scenario& s) -> std::uint32_t& { return s.demands[i].*field; }, 0U);
      better |= lower([i](scenario& s) -> std::uint32_t& { return s.demands[i].weight; }, 1U);
      better |= lower([i](scenario& s) -> std::uint32_t& { return s.demands[i].pairs; }, 1U);
    }
    return better;
  }
  template <class Field>
  bool lower(Field field, std::uint32_t least) {
    for (const std::uint32_t value : smaller(field(best_), least))
      if (value != field(best_) && change([&](scenario& s) { field(s) = value; })) return true;
    return false;
  }
  template <class Change>
  bool change(Change apply) {
    if (tries_-- <= 0) return false;
    scenario s = best_;
    apply(s);
    if (s == best_ || s.demands.empty() || !check(s) || !fails_(s)) return false;
    best_ = std::move(s);
    return true;
  }

  scenario best_;
  const std::function<bool(const scenario&)>& fails_;
  int tries_;
};

}  // namespace

scenario shrunk(scenario s, const std::function<bool(const scenario&)>& fails, int tries) {
  return shrinker{std::move(s), fails, tries}.best();
}

scenario shrunk(const scenario& s, const std::string& rule, const limits& l) {
  return shrunk(s, [&](const scenario& smaller) {
    return outcome{.broken = apart([&] { return run(smaller, l).broken; })}.rule() == rule;
  });
}

std::string command_of(const scenario& s) {
  return "EBIT_SCENARIO='" + text_of(s) + "' ebit_test_simulation \"simulation: replay one scenario\"";
}

}  // namespace ebit_test
