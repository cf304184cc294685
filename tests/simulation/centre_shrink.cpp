// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string>
#include <utility>

#include "apart.hpp"
#include "centre_run.hpp"

namespace ebit_test {
namespace {

class centre_shrinker {
 public:
  centre_shrinker(centre_scenario s, const std::string& rule, int tries)
      : best_{std::move(s)}, rule_{rule}, tries_{tries} {}

  [[nodiscard]] centre_scenario best() {
    for (bool better = true; better && tries_ > 0;) {
      better = false;
      for (std::size_t i = best_.faults.size(); i-- > 0;)
        better |=
            change([i](centre_scenario& s) { s.faults.erase(s.faults.begin() + static_cast<std::ptrdiff_t>(i)); });
      if (best_.sites.size() > 2) better |= change([](centre_scenario& s) { s.sites.pop_back(); });
      better |= change([](centre_scenario& s) { s.sites.clear(); });
      for (std::size_t i = 0; i < best_.sites.size(); ++i)
        better |= change([i](centre_scenario& s) { s.sites[i].repeaters = 0; });
      better |= change([](centre_scenario& s) { s.runs = centre_scenario::stack::plain; });
      for (const centre_number& n : centre_numbers()) better |= lower(n.field, n.least);
      for (std::size_t i = 0; i < best_.faults.size(); ++i)
        better |= change([i](centre_scenario& s) { s.faults[i].lasts -= s.faults[i].lasts / 2; });
    }
    return best_;
  }

 private:
  bool lower(std::uint32_t centre_scenario::* field, std::uint32_t least) {
    const std::uint32_t value = best_.*field;
    for (std::uint32_t by = value - least; by != 0; by /= 2)
      if (change([&](centre_scenario& s) { s.*field = value - by; })) return true;
    return false;
  }
  template <class Change>
  bool change(Change apply) {
    if (tries_ <= 0) return false;
    centre_scenario s = best_;
    apply(s);
    if (s == best_ || !check(s)) return false;
    --tries_;
    const centre_outcome o{.broken = apart([&s] { return run(s).broken; })};
    if (o.rule() != rule_) return false;
    best_ = std::move(s);
    return true;
  }

  centre_scenario best_;
  std::string rule_;
  int tries_;
};

}  // namespace

centre_scenario shrunk(centre_scenario s, const std::string& rule, int tries) {
  return centre_shrinker{std::move(s), rule, tries}.best();
}

}  // namespace ebit_test
