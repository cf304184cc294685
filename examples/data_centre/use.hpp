// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/fabric_state.hpp>
#include <ebit/orchestrate/light_path_cost.hpp>
#include <ebit/orchestrate/path_finder.hpp>
#include <ebit/orchestrate/request_book.hpp>

/// What is in use and what is waited for, seen at even times.
namespace centre {

/// What a request that waits lacks.
enum class lack : std::uint8_t { port, turn, fibre, analyser, repair, relay };
inline constexpr std::size_t lacks = 6;
[[nodiscard]] constexpr const char* name_of(lack l) {
  switch (l) {
    case lack::port: return "a port at either end";
    case lack::turn: return "their turn";
    case lack::fibre: return "fibres on the way";
    case lack::analyser: return "analysers";
    case lack::repair: return "a repair";
    case lack::relay: return "QPUs in between that are free, or trunks";
  }
  return "nothing";
}

/// One look at everything.
struct sample {
  ebit::world_time at;
  std::uint32_t analysers = 0;
  std::uint32_t ports = 0;  ///< of endpoints
  std::uint32_t fibres = 0;
  std::uint32_t switch_ports = 0;
  std::array<std::uint32_t, lacks> waiting{};

  [[nodiscard]] std::uint32_t all_waiting() const {
    std::uint32_t sum = 0;
    for (const std::uint32_t n : waiting) sum += n;
    return sum;
  }
};

/// Fibres that join the same two tiers, those of analysers left out.
struct fibre_class {
  std::uint8_t low = 0;
  std::uint8_t high = 0;
  std::vector<ebit::orchestrate::span_id> fibres{};
  std::uint32_t peak = 0;  ///< lent at the same time
};

class use_samples {
 public:
  use_samples() = default;
  explicit use_samples(const ebit::orchestrate::fabric& in)
      : span_use_(in.spans().size(), 0),
        ports_use_(in.elements().size(), 0),
        ports_peak_(in.elements().size(), 0),
        cost_{in} {
    for (std::uint32_t i = 0; i < in.spans().size(); ++i) {
      const ebit::orchestrate::span_id id{i};
      if (in.analyser_at(id).valid()) continue;
      const std::uint8_t a = in.at(in.along(id).a).tier, b = in.at(in.along(id).b).tier;
      const std::uint8_t low = std::min(a, b), high = std::max(a, b);
      auto place = std::find_if(classes_.begin(), classes_.end(), [&](const fibre_class& c) {
        return c.low >= low && (c.low > low || c.high >= high);
      });
      if (place == classes_.end() || place->low != low || place->high != high)
        place = classes_.insert(place, {low, high, {}, 0});
      place->fibres.push_back(id);
    }
  }

  /// `state` and `book` are those of the controller in office.
  void look(const ebit::orchestrate::fabric& in, const ebit::orchestrate::fabric_state& state,
            const ebit::orchestrate::request_book& book, ebit::world_time at) {
    using ebit::orchestrate::element_kind;
    sample s;
    s.at = at;
    s.analysers = state.analysers_in_use();
    now_.assign(in.elements().size(), 0);
    for (std::uint32_t i = 0; i < in.spans().size(); ++i) {
      const ebit::orchestrate::span_id id{i};
      if (!state.user(id).valid()) continue;
      ++span_use_[i];
      const ebit::orchestrate::span& fibre = in.along(id);
      if (!in.analyser_at(id).valid()) ++s.fibres;
      for (const auto end : {fibre.a, fibre.b}) {
        ++now_[end.value()];
        s.ports += in.at(end).kind == element_kind::endpoint ? 1U : 0U;
        s.switch_ports += in.at(end).kind == element_kind::optical_switch ? 1U : 0U;
      }
    }
    for (fibre_class& c : classes_) {
      std::uint32_t lent = 0;
      for (const auto id : c.fibres) lent += state.user(id).valid() ? 1U : 0U;
      c.peak = std::max(c.peak, lent);
    }
    for (std::size_t e = 0; e < now_.size(); ++e) {
      ports_use_[e] += now_[e];
      ports_peak_[e] = std::max(ports_peak_[e], now_[e]);
    }
    look_at_waiting(in, state, book, s);
    samples_.push_back(s);
  }

  [[nodiscard]] const std::vector<sample>& all() const { return samples_; }
  /// In the order of their tiers.
  [[nodiscard]] const std::vector<fibre_class>& classes() const { return classes_; }
  /// The share of the samples at which it was lent.
  [[nodiscard]] double use_of(ebit::orchestrate::span_id s) const { return share(span_use_[s.value()]); }
  /// Ports of it that were lent, on average and at most; of an analyser its two inputs.
  [[nodiscard]] double ports_of(ebit::orchestrate::element_id e) const { return share(ports_use_[e.value()]); }
  [[nodiscard]] std::uint32_t most_ports_of(ebit::orchestrate::element_id e) const { return ports_peak_[e.value()]; }

 private:
  [[nodiscard]] double share(std::uint64_t n) const {
    return samples_.empty() ? 0 : static_cast<double>(n) / static_cast<double>(samples_.size());
  }

  /// Of requests whose two ends are free one is looked at, another one each time: if there is a way, it is not its
  /// turn; if there were one with all fibres free but those of analysers, fibres are what is short; else analysers are, but
  /// where no single light path ever joins the two.
  void look_at_waiting(const ebit::orchestrate::fabric& in, const ebit::orchestrate::fabric_state& state,
                       const ebit::orchestrate::request_book& book, sample& s) {
    free_.assign(in.endpoints().size(), 0);
    lent_.assign(in.endpoints().size(), 0);
    for (const auto e : in.endpoints())
      for (const auto id : in.incident(e)) {
        free_[e.value()] += state.is_usable(id) ? 1U : 0U;
        lent_[e.value()] += state.user(id).valid() ? 1U : 0U;
      }
    const auto is_cut_off = [&](std::uint32_t e) {
      return !state.is_usable(ebit::orchestrate::element_id{e}) || (free_[e] == 0 && lent_[e] == 0);
    };
    std::uint32_t no_way = 0;
    const std::uint32_t wanted = turn_++;
    std::optional<std::array<std::uint32_t, 2>> probe;
    for (std::uint32_t e = 0; e < free_.size(); ++e)
      book.on_waiting(e, [&](std::uint32_t slot) {
        const auto& r = book[slot];
        if (r.head != e || r.is_stock()) return;  // nobody waits for stock
        if (is_cut_off(r.head) || is_cut_off(r.peer))
          ++s.waiting[static_cast<std::size_t>(lack::repair)];
        else if (free_[r.head] == 0 || free_[r.peer] == 0)
          ++s.waiting[static_cast<std::size_t>(lack::port)];
        else if (++no_way; !probe || no_way % 97 == wanted % 97)
          probe = {r.head, r.peer};
      });
    if (no_way == 0) return;
    const ebit::orchestrate::terminal from{ebit::orchestrate::element_id{(*probe)[0]}};
    const ebit::orchestrate::terminal to{ebit::orchestrate::element_id{(*probe)[1]}};
    lack why = lack::turn;
    if (!finder_.find(in, state, from, to, *cost_)) {
      ebit::orchestrate::fabric_state open{in};
      for (std::uint32_t i = 0; i < in.spans().size(); ++i)
        if (const ebit::orchestrate::span_id id{i}; !state.user(id).valid() && !state.is_usable(id))
          open.mark(in, id, ebit::orchestrate::health::failed);
      for (const auto x : in.analysers())
        if (!state.is_free(in, x)) open.mark(in, x, ebit::orchestrate::health::failed);
      why = finder_.find(in, open, from, to, *cost_)                                  ? lack::fibre
            : finder_.find(in, ebit::orchestrate::fabric_state{in}, from, to, *cost_) ? lack::analyser
                                                                                      : lack::relay;
    }
    s.waiting[static_cast<std::size_t>(why)] += no_way;
  }

  std::vector<sample> samples_;
  std::vector<fibre_class> classes_;
  std::vector<std::uint64_t> span_use_, ports_use_;
  std::vector<std::uint32_t> ports_peak_, now_, free_, lent_;
  std::optional<ebit::orchestrate::least_loss> cost_;
  ebit::orchestrate::path_finder finder_;
  std::uint32_t turn_ = 0;
};

}  // namespace centre
