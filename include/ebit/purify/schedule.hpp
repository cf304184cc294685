// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <variant>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/bell.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/result.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/double_selection.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/operations.hpp>

namespace ebit::purify {

/// A step of a schedule: makes one pair out of `inputs()` pairs, all Bell-diagonal with the frame Φ+, if what is read
/// allows it. A step that makes several pairs at once (a block code) says how many by `outputs()`; `kept` then gives
/// the state of each by itself, the others go to other copies of the schedule. A step whose pairs lie one behind the
/// other, not side by side, says so by `static constexpr bool in_line = true`.
template <class Step>
concept schedule_step = std::copyable<Step> && std::equality_comparable<Step> &&
                        requires(const Step& step, std::span<const bell_diagonal> pairs, const gate_noise& noise) {
                          { step.inputs() } -> std::convertible_to<std::size_t>;
                          { step.kept(pairs, noise) } -> std::same_as<branch<bell_diagonal>>;
                        };
static_assert(schedule_step<double_selection>);

/// Two pairs to one: the first is kept, the second sacrificed. `recipe` chooses which errors are seen; `twirled` has
/// both pairs turned by random rotations before (BBPSSW), and the recipe then says nothing.
struct two_to_one {
  distil_recipe recipe{};
  bool twirled = false;

  [[nodiscard]] static constexpr two_to_one by_dejmps() { return {dejmps{}.recipe({}, {}), false}; }
  [[nodiscard]] static constexpr two_to_one by_bbpssw() { return {{}, true}; }

  [[nodiscard]] static constexpr std::size_t inputs() { return 2; }
  [[nodiscard]] constexpr branch<bell_diagonal> kept(std::span<const bell_diagonal> pairs,
                                                     const gate_noise& noise) const {
    EBIT_ASSERT(pairs.size() == 2, "two_to_one takes two pairs");
    if (twirled) return bbpssw{}.apply(pairs[0], pairs[1], noise);
    return bell_diagonal::distil_branch(pairs[0], pairs[1], recipe, false, noise);
  }
  friend constexpr bool operator==(const two_to_one&, const two_to_one&) = default;
};
static_assert(schedule_step<two_to_one>);

/// Pairs one behind the other joined by Bell measurements, which all have to succeed, else all pairs are lost: what
/// nested purification does between its rounds.
struct connection {
  static constexpr bool in_line = true;
  std::uint16_t segments = 2;  ///< 1 or more
  double swap_success = 1;     ///< of each Bell measurement, 0 to 1

  [[nodiscard]] status validate() const {
    if (segments == 0) return config_error{"connection.segments", "0", "1 to 65535"};
    return ebit::detail::check_probability("connection.swap_success", swap_success);
  }
  [[nodiscard]] constexpr std::size_t inputs() const { return segments; }
  [[nodiscard]] constexpr branch<bell_diagonal> kept(std::span<const bell_diagonal> pairs,
                                                     const gate_noise& noise) const {
    EBIT_ASSERT(pairs.size() == segments && segments > 0, "connection takes as many pairs as it has segments");
    branch<bell_diagonal> out{pairs[0], 1};
    for (std::size_t i = 1; i < pairs.size(); ++i) {
      out.state = bell_diagonal::joined(out.state, pairs[i], noise);
      out.probability *= swap_success;
    }
    return out;
  }
  friend constexpr bool operator==(const connection&, const connection&) = default;
};
static_assert(schedule_step<connection>);

/// What a schedule makes of equal raw pairs, whose memories are ideal. A step that fails costs what went into it, and
/// only that is made anew.
struct schedule_outcome {
  bell_diagonal state;        ///< of the pair that is left, frame Φ+
  double success = 1;         ///< probability that all steps succeed at the first try
  double expected_pairs = 1;  ///< raw pairs per pair that is left, on average; infinite if a step never succeeds
  std::uint64_t pairs = 1;    ///< raw pairs that are spent if nothing fails
  std::uint32_t depth = 0;    ///< steps one after the other: as often the ends must hear from each other
  /// Slots per end of a segment that are enough if raw pairs come one at a time; all at once needs `pairs`.
  std::uint32_t memory = 1;

  [[nodiscard]] double fidelity() const { return state.fidelity(bell_index::phi_plus); }
};

/// A purification schedule as a value: a tree whose leaves are raw pairs and whose inner nodes are steps, each of
/// which takes the pairs that its branches made. Kept in the order in which it is worked through: branches before the
/// step.
template <schedule_step... Steps>
class basic_schedule {
 public:
  struct raw_pair {
    friend constexpr bool operator==(raw_pair, raw_pair) = default;
  };
  using element = std::variant<raw_pair, Steps...>;

  /// A raw pair.
  basic_schedule() : elements_{raw_pair{}} {}

  /// `step` on what the branches make, as many as it has inputs; the first is the one that is kept.
  template <class Step>
    requires(std::same_as<Step, Steps> || ...)
  [[nodiscard]] static basic_schedule of(const Step& step, std::span<const basic_schedule> branches) {
    EBIT_ASSERT(!branches.empty() && branches.size() == step.inputs(),
                "schedule: a step has another number of branches than of inputs, or none");
    basic_schedule out;
    out.elements_.clear();
    for (const basic_schedule& b : branches)
      out.elements_.insert(out.elements_.end(), b.elements_.begin(), b.elements_.end());
    out.elements_.push_back(step);
    return out;
  }
  template <class Step, std::same_as<basic_schedule>... Branches>
    requires(sizeof...(Branches) > 0)
  [[nodiscard]] static basic_schedule of(const Step& step, const Branches&... branches) {
    const basic_schedule all[] = {branches...};
    return of(step, std::span<const basic_schedule>{all});
  }
  /// `step` on as many copies of `branch` as it has inputs.
  template <class Step>
  [[nodiscard]] static basic_schedule alike(const Step& step, const basic_schedule& branch) {
    return of(step, std::span<const basic_schedule>{std::vector<basic_schedule>(step.inputs(), branch)});
  }

  /// Level on level, each on equal pairs of the one below: `inputs`^levels raw pairs.
  template <class Step>
  [[nodiscard]] static basic_schedule recurrence(const Step& step, unsigned levels) {
    basic_schedule out;
    for (unsigned i = 0; i < levels; ++i) out = alike(step, out);
    return out;
  }
  /// The same pair all along, with raw pairs for the other inputs of every round.
  template <class Step>
  [[nodiscard]] static basic_schedule pumped(const Step& step, unsigned rounds) {
    basic_schedule out;
    for (unsigned i = 0; i < rounds; ++i) {
      std::vector<basic_schedule> branches(step.inputs());
      branches[0] = out;
      out = of(step, std::span<const basic_schedule>{branches});
    }
    return out;
  }
  /// Nested purification (Briegel, Dür, Cirac and Zoller 1998): `links.segments` pairs are joined, what comes out is
  /// purified, and so on for `levels` levels. With M pairs per purification, L = segments^levels links cost (segments
  /// · M)^levels = L^(log M / log segments + 1) elementary pairs.
  [[nodiscard]] static basic_schedule nested(const connection& links, const basic_schedule& purification,
                                             unsigned levels)
    requires(std::same_as<connection, Steps> || ...)
  {
    basic_schedule out;
    for (unsigned i = 0; i < levels; ++i) out = purification.on(alike(links, out));
    return out;
  }

  /// This schedule with `other` in place of every raw pair.
  [[nodiscard]] basic_schedule on(const basic_schedule& other) const {
    basic_schedule out;
    out.elements_.clear();
    for (const element& e : elements_) {
      if (std::holds_alternative<raw_pair>(e))
        out.elements_.insert(out.elements_.end(), other.elements_.begin(), other.elements_.end());
      else
        out.elements_.push_back(e);
    }
    return out;
  }

  [[nodiscard]] const std::vector<element>& elements() const { return elements_; }

  /// From raw pairs that are all alike.
  [[nodiscard]] schedule_outcome evaluate(const bell_diagonal& raw, const gate_noise& noise = {}) const {
    std::vector<schedule_outcome> made;
    for (const element& e : elements_) {
      std::visit([&](const auto& step) { work(step, made, raw, noise); }, e);
    }
    return made.back();
  }

  friend bool operator==(const basic_schedule&, const basic_schedule&) = default;

 private:
  static void work(raw_pair, std::vector<schedule_outcome>& made, const bell_diagonal& raw, const gate_noise&) {
    schedule_outcome leaf;
    leaf.state = raw;
    made.push_back(leaf);
  }
  template <class Step>
  static void work(const Step& step, std::vector<schedule_outcome>& made, const bell_diagonal&,
                   const gate_noise& noise) {
    const std::size_t n = step.inputs(), first = made.size() - n;
    std::vector<bell_diagonal> states;
    for (std::size_t i = first; i < made.size(); ++i) states.push_back(made[i].state);
    const branch<bell_diagonal> kept = step.kept(states, noise);
    schedule_outcome out;
    out.state = kept.state;
    out.success = kept.probability;
    out.expected_pairs = 0;
    out.pairs = 0;
    for (std::size_t i = first; i < made.size(); ++i) {
      out.success *= made[i].success;
      out.expected_pairs += made[i].expected_pairs;
      out.pairs += made[i].pairs;
      out.depth = greatest(out.depth, made[i].depth + 1);
    }
    double each = 1;
    if constexpr (requires { step.outputs(); }) each = static_cast<double>(step.outputs());
    out.expected_pairs = kept.probability > 0 ? out.expected_pairs / (kept.probability * each)
                                              : std::numeric_limits<double>::infinity();
    out.memory = memory(std::span<const schedule_outcome>{made}.subspan(first), requires { Step::in_line; });
    made.resize(first);
    made.push_back(out);
  }
  /// Side by side, branches are best made in the order of falling need: each one that is done goes on holding a slot.
  [[nodiscard]] static std::uint32_t memory(std::span<const schedule_outcome> branches, bool in_line) {
    std::uint32_t most = 1;
    for (const schedule_outcome& b : branches) {
      std::uint32_t before = 0;  // branches with a larger need, and of equals those further in front
      for (const schedule_outcome& other : branches)
        before += other.memory > b.memory || (other.memory == b.memory && &other < &b) ? 1U : 0U;
      most = greatest(most, b.memory + (in_line ? 0 : before));
    }
    return most;
  }

  std::vector<element> elements_;
};

/// The steps that the library brings. Others, such as a block code, are added by naming them:
/// `basic_schedule<two_to_one, double_selection, connection, my_code>`.
using schedule = basic_schedule<two_to_one, double_selection, connection>;

}  // namespace ebit::purify
