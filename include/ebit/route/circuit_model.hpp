// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ebit/core/probability.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/route/circuit_frame.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/route/fastest_drive.hpp>
#include <ebit/route/link_figures.hpp>
#include <ebit/route/link_model.hpp>
#include <ebit/route/round_rate.hpp>
#include <ebit/route/swap_schedule.hpp>

namespace ebit::route {

/// How circuits are to be built, whatever their route.
struct circuit_options {
  std::uint8_t width = 0;  ///< slots per link; 0: as many as the shortest link of the walk has
  duration patience = duration::picoseconds(1) * 3'600'000'000'000'000;  ///< longest time a whole request may take
  bool twirled = true;  ///< memories suffer Pauli noise only: if not, the bounds allow for what damping adds
};

/// The analytic twin of a circuit: the models of herald, purification and swapping composed as their engines are.
///
/// Rates. Lower bound: every mode is a chain of its own that starts afresh after each delivery, so that a round lasts
/// as long as the slowest link, plus the news, plus one cycle; upper bound: no link can give more than all its
/// attempts yield. A single undistilled link is exact. Fidelity. Lower bound: the mean time a half waits is slots /
/// rate − mean time to herald (Little 1961), the correlators are convex in it (Jensen 1906); upper bound: nobody
/// waits. With ideal memories both are exact.
template <herald::herald_policy Herald, purify::purify_policy Purify, swap::swap_policy Swap>
class circuit_model {
 public:
  circuit_model() = default;
  circuit_model(const Herald& herald, const Purify& purify, const Swap& swap, const circuit_options& options)
      : herald_{herald}, purify_{purify}, swap_{swap}, options_{options} {}

  /// Seconds per pair of one link driven to `fidelity`; infinite if it cannot give that.
  [[nodiscard]] double link_seconds(const network_map&, const edge& e, double fidelity) const {
    if (best_fidelity(herald_, e.budget) < fidelity) return infinite;
    const auto drive = drive_for(herald_, e.budget, fidelity);
    if (!drive) return infinite;
    const double p = model_of(herald_, e.budget, *drive).success_probability;
    const std::uint16_t w = options_.width == 0 ? e.slots : options_.width;
    return p > 0 ? e.budget.period(w).seconds() / (p * w) : infinite;
  }

  /// The way to serve `d` along `w` with the policy's rounds: of all link drives that reach the fidelity, that of the
  /// lowest link fidelity. Without distillation that is the fastest.
  [[nodiscard]] evaluation evaluate(const network_map& map, const walk& w, const demand& d) const {
    const circuit_frame f = frame(map, w);
    if (f.short_of_memory || f.offsets.head.front().is_never()) return impossible(w, f);
    evaluation best;
    const double top = f.highest();
    // The wanted link fidelity travels to the nodes in single precision.
    const auto at = [&](double fidelity) {
      return with_drives(map, w, f, static_cast<double>(static_cast<float>(fidelity)));
    };
    evaluation closest = at(top);
    double good = -1, bad = 0;
    for (const double x : {1.0, 0.72, 0.5, 0.36, 0.25, 0.16, 0.09, 0.05, 0.025, 0.01, 0.003, 0.0}) {
      const double fidelity = top - (top - 0.5) * x;
      evaluation e = x == 0.0 ? closest : at(fidelity);
      if (e.expected.fidelity() > closest.expected.fidelity()) closest = e;
      if (reaches(e, d)) {
        good = fidelity;
        best = std::move(e);
        break;
      }
      bad = fidelity;
    }
    if (good < 0) return short_of_fidelity(closest, f, d);
    for (int i = 0; i < 10 && bad > 0; ++i) {
      const double middle = bad + (good - bad) / 2;
      evaluation e = at(middle);
      if (reaches(e, d)) {
        good = middle;
        best = std::move(e);
      } else {
        bad = middle;
      }
    }
    return served(std::move(best), d);
  }

  /// The same with so many rounds of distillation, and of all drives that reach the fidelity the fastest. More noise
  /// at the source can cost more in pairs thrown away than it gains in heralds; with EPL it always does in the end.
  [[nodiscard]] evaluation evaluate(const network_map& map, const walk& w, const demand& d,
                                    std::uint8_t rounds) const {
    const std::optional<circuit_model> other = with_rounds(rounds);
    const circuit_frame f = other ? other->frame(map, w) : circuit_frame{};
    if (!other) return no_such_rounds(rounds);
    if (f.short_of_memory || f.offsets.head.front().is_never()) return impossible(w, f);
    const auto at = [&](double fidelity) {
      return other->with_drives(map, w, f, static_cast<double>(static_cast<float>(fidelity)));
    };
    // Short of the fidelity the nearest to it counts, and less than any rate.
    const double fidelity = fastest_drive(f.highest(), [&](double each) {
      const evaluation e = at(each);
      return reaches(e, d) ? e.expected.rate() : e.expected.fidelity() - 1;
    });
    evaluation best = at(fidelity);
    return reaches(best, d) ? served(std::move(best), d) : short_of_fidelity(std::move(best), f, d);
  }
  /// The same at one given drive.
  [[nodiscard]] evaluation evaluate_at(const network_map& map, const walk& w, const demand& d, std::uint8_t rounds,
                                       double link_fidelity) const {
    const std::optional<circuit_model> other = with_rounds(rounds);
    const circuit_frame f = other ? other->frame(map, w) : circuit_frame{};
    if (!other) return no_such_rounds(rounds);
    if (f.short_of_memory || f.offsets.head.front().is_never()) return impossible(w, f);
    evaluation e = other->with_drives(map, w, f, static_cast<double>(static_cast<float>(link_fidelity)));
    return reaches(e, d) ? served(std::move(e), d) : short_of_fidelity(std::move(e), f, d);
  }

  [[nodiscard]] const Herald& herald() const { return herald_; }
  /// How to drive a link for that fidelity of what it heralds; nothing if it cannot be had.
  [[nodiscard]] std::optional<herald::setting> drive(const edge& e, double fidelity) const {
    return drive_for(herald_, e.budget, fidelity);
  }
  [[nodiscard]] const circuit_options& options() const { return options_; }

 private:
  static constexpr double infinite = 1e300;

  [[nodiscard]] std::uint8_t link_rounds() const {
    return purify_.at == purify::where::link ? purify_.rounds : std::uint8_t{0};
  }
  [[nodiscard]] std::uint8_t end_rounds() const {
    return purify_.at == purify::where::link ? std::uint8_t{0} : purify_.rounds;
  }

  /// Nothing if the purification policy has no such number of rounds.
  [[nodiscard]] std::optional<circuit_model> with_rounds(std::uint8_t rounds) const {
    circuit_model other = *this;
    if constexpr (purify::never_distils<Purify>) {
      if (rounds != 0) return std::nullopt;
    } else {
      other.purify_.rounds = rounds;
      if constexpr (requires { other.purify_.validate(); })
        if (!other.purify_.validate()) return std::nullopt;
    }
    return other;
  }
  [[nodiscard]] static evaluation no_such_rounds(std::uint8_t rounds) {
    evaluation none;
    none.why = refusal::unsupported;
    none.value = rounds;
    return none;
  }
  /// There are too few slots for the rounds, or the swaps never end.
  [[nodiscard]] static evaluation impossible(const walk& w, const circuit_frame& f) {
    evaluation none;
    none.why = f.short_of_memory ? refusal::memory : refusal::never_joins;
    none.hop = f.short_of_memory ? f.worst : std::uint16_t{0};
    none.value = f.short_of_memory ? f.width : static_cast<double>(w.hops());
    return none;
  }
  /// It reaches the fidelity; and is it fast enough?
  [[nodiscard]] evaluation served(evaluation e, const demand& d) const {
    e.feasible = static_cast<double>(d.pairs) <= e.expected.rate() * options_.patience.seconds();
    if (!e.feasible) {
      e.why = refusal::too_slow;
      e.value = e.expected.rate();
    }
    return e;
  }

  [[nodiscard]] circuit_frame frame(const network_map& map, const walk& w) const {
    return frame_of(herald_, purify_, swap_, options_.width, link_rounds(), map, w);
  }

  [[nodiscard]] evaluation with_drives(const network_map& map, const walk& w, const circuit_frame& f,
                                       double fidelity) const {
    evaluation out;
    out.plan = {static_cast<std::uint8_t>(std::min<std::uint16_t>(f.width, 255)), link_rounds(), end_rounds(),
                fidelity, swap_.cutoff};
    // Without distillation on the links every mode is a chain of its own; with it the modes of a link work together.
    const double chains = link_rounds() == 0 ? f.width : 1;
    std::vector<delivery_stage> stages, round;
    std::vector<link_figures> links;
    double ceiling = infinite;
    duration longest = duration::zero();
    for (std::size_t k = 0; k < w.hops(); ++k) {
      const edge& e = map.along(w.links[k]);
      const auto drive = drive_for(herald_, e.budget, fidelity);
      if (!drive) return out;
      links.push_back(figures_of(herald_, purify_, map, e, *drive, f.width, link_rounds()));
      const link_figures& l = links.back();
      if (!(l.raw.success_probability > 0)) return out;
      const double seconds = l.cycle.seconds();
      stages.push_back({std::min(1.0, seconds / l.seconds_per_pair), l.cycle, f.offsets.head[k]});
      round.push_back(stages.back());
      round.back().offset = std::max(f.offsets.head[k], f.offsets.tail[k]);
      longest = std::max(longest, l.cycle);
      const double most = f.width * l.raw.success_probability / seconds / l.raw_per_pair;
      if (most < ceiling) ceiling = most, out.hop = static_cast<std::uint16_t>(k);
    }
    const bool plain_link = w.hops() == 1 && purify_.rounds == 0;
    double survive = 1;
    for (std::size_t i = 1; i < w.hops(); ++i) survive *= map.at(w.nodes[i]).bell_measurement_success;
    // Where pairs are joined before their distillation is known to have worked, all have to have worked at once.
    if (purify::is_optimistic<Purify> || purify::is_one_way<Purify>) {
      const double raw =
          purify::pumps<Purify> ? link_rounds() + 1.0 : static_cast<double>(std::uint64_t{1} << link_rounds());
      for (const link_figures& l : links) survive *= std::min(1.0, raw / l.raw_per_pair);
    }
    double floor = plain_link ? ceiling : chains * survive * restart_rate(round, longest, swap_.cutoff);
    const auto [low, high] = states(map, w, f, links, floor, ceiling);
    const bool exact_latency = f.width == 1 && purify_.rounds == 0 && survive == 1 && swap_.cutoff.is_never();
    out.expected =
        forecast{floor, ceiling,           low,
                 high,  std::move(stages), exact_latency ? forecast::certainty::exact : forecast::certainty::bounded};
    return out;
  }

  struct bounds {
    bell_diagonal low, high;
  };
  [[nodiscard]] bounds states(const network_map& map, const walk& w, const circuit_frame& f,
                              const std::vector<link_figures>& links, double& floor, double& ceiling) const {
    bell_diagonal low, high;
    const double rate = floor;
    duration way = duration::zero();
    for (const path_id p : w.links) way += map.along(p).budget.delay;
    const duration exchange = way * 2 + map.at(w.nodes.front()).gate_time + map.at(w.nodes.back()).gate_time;
    memory_decay waits{1, 1}, all{1, 1};
    double pairs = 0, bias = 0;
    for (std::size_t k = 0; k < w.hops(); ++k) {
      const edge& e = map.along(w.links[k]);
      const link_figures& l = links[k];
      if (w.hops() > 1) {
        const double free_time = rate > 0 ? f.width / rate - l.seconds_per_pair : infinite;
        // A pair also waits for slots beyond it that a distillation between the ends holds.
        duration wait = duration::seconds(std::max(0.0, free_time)) + exchange * end_rounds();
        wait = std::min(wait, swap_.cutoff);
        waits = waits * both_aged(e.budget, wait);
      }
      all = all * l.decay;
      pairs += l.raw_per_pair;
      bias = std::max(bias, bias_of(l.raw));
      if (k == 0) {
        low = l.waited;
        high = l.fresh;
      } else {
        const gate_noise noise = map.at(w.nodes[k]).gates;
        low = bell_diagonal::joined(low, l.waited, noise);
        high = bell_diagonal::joined(high, l.fresh, noise);
      }
    }
    low = low.aged(waits);
    all = all * waits;
    const gate_noise noise = noisier(map.at(w.nodes.front()).gates, map.at(w.nodes.back()).gates);
    const edge& first = map.along(w.links.front());
    std::vector<double> keep;
    const double one = floor / f.width;
    const auto raw = [&](double slots) { return one > 0 ? 1 / (one * slots) : infinite; };
    // The head acts and sends its word, the tail acts on that and sends its own back.
    const link::budget& b = first.budget;
    const duration at_head = map.at(w.nodes.front()).gate_time, at_tail = map.at(w.nodes.back()).gate_time;
    const memory_decay before = decay_over(b, at_head, at_head + way + at_tail);
    const memory_decay after = b.memory_a.over(way * 2 + at_tail);
    constexpr bool pumping = purify::pumps<Purify>;
    const bell_diagonal raw_low = low, raw_high = high;
    double spent = 1;  // end-to-end pairs on each, at best
    for (std::uint8_t r = 0; r < end_rounds(); ++r) {
      const input_waits wait = waits_for(raw, exchange, keep, f.width, pumping);
      const bell_diagonal first_low = low.aged(before).aged(both_aged(b, wait.first));
      const bell_diagonal second_low = (pumping ? raw_low : low).aged(before).aged(both_aged(b, wait.second));
      const auto slow = purify::model(purify_, first_low, second_low, noise);
      const auto fast = purify::model(purify_, high, pumping ? raw_high : high, noise);
      low = slow.state.aged(after);
      all = all * before * (after * both_aged(b, wait.first));
      high = fast.state;
      spent = (pumping ? spent + 1 : 2 * spent) / std::max(fast.probability, slow.probability);
      keep.push_back(std::min(fast.probability, slow.probability));
    }
    ceiling /= spent;
    if (!keep.empty()) floor = 1 / recurrence(raw, exchange, keep, f.width, pumping);
    if (!options_.twirled) {
      const double most = most_by_damping(all.population, bias, pairs * spent);
      low = shifted(low, -most);
      high = shifted(high, most);
    }
    return {low, high};
  }

  [[nodiscard]] static bool reaches(const evaluation& e, const demand& d) {
    return e.expected.rate() > 0 && e.expected.fidelity() >= d.min_fidelity;
  }

  [[nodiscard]] static evaluation short_of_fidelity(evaluation closest, const circuit_frame& f, const demand& d) {
    closest.feasible = false;
    closest.why = closest.expected.fidelity_upper() >= d.min_fidelity ? refusal::waiting : refusal::fidelity;
    closest.value = closest.expected.fidelity();
    if (closest.why == refusal::fidelity) {
      for (std::size_t k = 0; k < f.best.size(); ++k)
        if (f.best[k] < f.best[closest.hop]) closest.hop = static_cast<std::uint16_t>(k);
    }
    return closest;
  }

  [[no_unique_address]] Herald herald_{};
  [[no_unique_address]] Purify purify_{};
  [[no_unique_address]] Swap swap_{};
  circuit_options options_{};
};

}  // namespace ebit::route
