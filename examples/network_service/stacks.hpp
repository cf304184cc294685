// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ebit/ebit.hpp>
#include <ebit/route/link_state_routing.hpp>

/// The protocol stacks that `--profile` picks among.
namespace service {

/// A herald policy of our own: the scheme that suits the hardware, known only at run time.
struct fitting_click {
  ebit::link::click_scheme scheme = ebit::link::click_scheme::double_click;

  [[nodiscard]] ebit::herald::attempt_model model(const ebit::herald::interference& light,
                                                  const ebit::herald::setting& drive) const {
    return single() ? one_.model(light, drive) : two_.model(light, drive);
  }
  [[nodiscard]] std::optional<ebit::herald::setting> choose(const ebit::herald::interference& light,
                                                            double wanted) const {
    return single() ? one_.choose(light, wanted) : two_.choose(light, wanted);
  }
  [[nodiscard]] double best_fidelity(const ebit::herald::interference& light) const {
    return single() ? one_.best_fidelity(light) : two_.best_fidelity(light);
  }
  [[nodiscard]] bool single() const { return scheme == ebit::link::click_scheme::single_click; }

 private:
  static constexpr ebit::herald::single_click one_{};
  static constexpr ebit::herald::double_click two_{};
};

struct plain_stack : ebit::default_profile {
  using herald = fitting_click;
};
struct distilled_stack : plain_stack {
  using purify = ebit::purify::dejmps;
};
struct nested_stack : plain_stack {
  using swap = ebit::swap::nested;
};
struct sequential_stack : plain_stack {
  using swap = ebit::swap::sequential;
};
struct fewest_hops_stack : plain_stack {
  using route = ebit::route::fewest_hops;
};

struct link_state_stack : plain_stack {
  using route = ebit::route::link_state_routing<>;
};

/// One choice of `--profile`: a stack and the values of its policies.
struct profile_choice {
  enum class stack : std::uint8_t { plain, distilled, nested, sequential, fewest_hops, link_state };

  std::string_view name;
  std::string_view meaning;
  stack type = stack::plain;
  std::uint8_t rounds = 0;
  ebit::purify::where at = ebit::purify::where::link;
  bool cutoff = false;
  std::optional<ebit::link::click_scheme> scheme{};  ///< none: the one that suits the hardware
};

inline constexpr profile_choice profile_choices[] = {
    {.name = "plain", .meaning = "no distillation, swaps as soon as possible, path by forecast"},
    {.name = "distilled",
     .meaning = "one round of DEJMPS on each link",
     .type = profile_choice::stack::distilled,
     .rounds = 1},
    {.name = "distilled-twice",
     .meaning = "two rounds of DEJMPS on each link",
     .type = profile_choice::stack::distilled,
     .rounds = 2},
    {.name = "distilled-ends",
     .meaning = "one round of DEJMPS between the ends",
     .type = profile_choice::stack::distilled,
     .rounds = 1,
     .at = ebit::purify::where::end_to_end},
    {.name = "cutoff", .meaning = "plain; halves that wait longer than --cutoff are given up", .cutoff = true},
    {.name = "nested", .meaning = "swaps in a fixed tree", .type = profile_choice::stack::nested},
    {.name = "sequential", .meaning = "swaps from the head on", .type = profile_choice::stack::sequential},
    {.name = "fewest-hops",
     .meaning = "plain on the path with the fewest links",
     .type = profile_choice::stack::fewest_hops},
    {.name = "link-state",
     .meaning = "plain, but nodes tell each other how links are, and circuits go another way",
     .type = profile_choice::stack::link_state},
    {.name = "single-click",
     .meaning = "plain, one photon per herald",
     .scheme = ebit::link::click_scheme::single_click},
    {.name = "double-click",
     .meaning = "plain, two photons per herald",
     .scheme = ebit::link::click_scheme::double_click},
};

[[nodiscard]] inline ebit::result<profile_choice> find_profile(std::string_view name) {
  std::string known;
  for (const profile_choice& p : profile_choices) {
    if (p.name == name) return p;
    known.append(known.empty() ? "" : ", ").append(p.name);
  }
  return ebit::config_error{"--profile", '"' + std::string{name.substr(0, 60)} + '"', known};
}

}  // namespace service
