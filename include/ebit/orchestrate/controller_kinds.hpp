// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/controller.hpp>

// Analysers of several kinds: which of them serve a request, and which of those are short.
namespace ebit::orchestrate {

template <router Router, light_forecaster Forecaster>
const least_loss& controller<Router, Forecaster>::losses_of(std::uint32_t kind) const {
  return kind == any_kind || losses_by_kind_.empty() ? losses_ : losses_by_kind_[kind];
}

/// The way that loses least may lead to an analyser that is too poor.
template <router Router, light_forecaster Forecaster>
template <class Look>
auto controller<Router, Forecaster>::by_any_kind(const Look& look) const -> offer {
  offer found = look(any_kind);
  if (found.why != shortage::fidelity) return found;
  for (std::uint32_t kind = 0; kind < losses_by_kind_.size(); ++kind) {
    offer other = look(kind);
    const bool serves = other.why == shortage::none;
    if (!serves && other.why != shortage::fidelity) continue;
    const bool is_better =
        serves == (found.why == shortage::none)
            ? (serves ? other.expected.rate > found.expected.rate : other.expected.fidelity > found.expected.fidelity)
            : serves;
    if (!is_better) continue;
    found = std::move(other);
    found.kind = kind;
  }
  return found;
}

/// Of light paths over analysers of this kind, or of any. Valid until the next call.
template <router Router, light_forecaster Forecaster>
auto controller<Router, Forecaster>::best_way(std::uint32_t head, std::uint32_t tail, std::uint32_t kind)
    -> const known_way& {
  if (losses_by_kind_.empty()) kind = any_kind;
  const std::size_t slices = losses_by_kind_.size() + 1, slice = kind == any_kind ? 0 : std::size_t{kind} + 1;
  const std::size_t all = std::size_t{endpoints_} * endpoints_ * slices;
  const std::size_t index = (std::size_t{head} * endpoints_ + tail) * slices + slice;
  known_way& known = ways_[all <= ways_.size() ? index : mix(mix(head, tail), slice) % ways_.size()];
  if (known.head == head && known.tail == tail && known.kind == kind) return known;
  known = {};
  known.head = head;
  known.tail = tail;
  known.kind = kind;
  const terminal from{element_id{head}}, to{element_id{tail}};
  const std::optional<light_path> way = finder_.find(*fabric_, built_, from, to, losses_of(kind));
  if (way && is_short_enough(*way)) {
    known.exists = true;
    known.decibels = greatest(way->a.total, way->b.total).base();
    known.delay = greatest(way->a.delay, way->b.delay);
    known.fidelity_a = static_cast<float>(way->a.fidelity);
    known.fidelity_b = static_cast<float>(way->b.fidelity);
    known.stray = static_cast<float>(way->stray());
    known.station = way->station;
  }
  return known;
}

/// Whether analysers of a kind would serve if all of the fabric were free and sound, with the units at the ends as they
/// are now.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::could_serve(std::uint32_t kind, std::uint32_t head, std::uint32_t tail,
                                                 double min_fidelity) {
  if (best_way(head, tail).exists) {
    const known_way& way = best_way(head, tail, kind);
    return way.exists && foretell(way.outline(), head, tail, min_fidelity).is_feasible();
  }
  const offer walk = find_walk(built_, head, tail, kind);
  return !walk.parts.empty() && foretell(walk.parts, min_fidelity).is_feasible();
}

/// What keeps two ends apart that have free ports: the fibres, as long as an analyser of a kind that `serves(kind)` is
/// free.
template <router Router, light_forecaster Forecaster>
template <class Serves>
shortage controller<Router, Forecaster>::span_or_analyser(const fabric_state& state, const Serves& serves) const {
  const auto kinds = static_cast<std::uint32_t>(analysers_.size());
  if (kinds < 2) return kinds > 0 && state.free_of_kind(0) > 0 ? shortage::span : shortage::analyser;
  bool is_any_free = false;
  for (std::uint32_t kind = 0; kind < kinds; ++kind) {
    if (state.free_of_kind(kind) == 0) continue;
    is_any_free = true;
    if (serves(kind)) return shortage::span;
  }
  if (!is_any_free) return shortage::analyser;
  for (std::uint32_t kind = 0; kind < kinds; ++kind)
    if (analysers_[kind].installed > 0 && state.free_of_kind(kind) == 0 && serves(kind)) return shortage::analyser;
  return shortage::span;
}

/// Whether a request need not wait for an analyser of that kind; stock gives way to what is not for stock.
template <router Router, light_forecaster Forecaster>
bool controller<Router, Forecaster>::has_analyser(std::uint32_t kind, bool is_stock) const {
  return state_.free_of_kind(kind) > 0 || (!is_stock && analysers_[kind].by_stock > 0);
}

/// Until an analyser of a kind that serves the request is free for one more, if none is. A walk that was not found over
/// one kind alone may have any that its parts can reach.
template <router Router, light_forecaster Forecaster>
duration controller<Router, Forecaster>::wait_for_analyser(const offer& best, std::uint32_t head, std::uint32_t tail,
                                                           const wire::ask& wanted) {
  const bool is_stock = (wanted.flags & wire::ask::stock) != 0;
  bool is_short = false;
  for (std::uint32_t kind = 0; kind < analysers_.size(); ++kind)
    is_short = is_short || (analysers_[kind].installed > 0 && !has_analyser(kind, is_stock));
  if (!is_short) return duration::zero();
  if (best.parts.empty())
    return wait_for_kinds(is_stock, [&](std::uint32_t kind) {
      return could_serve(kind, head, tail, wanted.min_fidelity);
    });
  duration longest;
  for (const walk_part& p : best.parts)
    if (p.is_light())
      longest = greatest(longest, wait_for_kinds(is_stock, [&](std::uint32_t kind) {
                           return best.kind == any_kind ? best_way(p.from, p.to, kind).exists : kind == best.kind;
                         }));
  return longest;
}

/// The rest of what runs at those analysers, of which half is over on average, and all that waits for them, worked off
/// by all of them.
template <router Router, light_forecaster Forecaster>
template <class Serves>
duration controller<Router, Forecaster>::wait_for_kinds(bool is_stock, const Serves& serves) const {
  std::int64_t installed = 0;
  duration running, waiting;
  for (std::uint32_t kind = 0; kind < analysers_.size(); ++kind) {
    const analyser_use& use = analysers_[kind];
    if (use.installed == 0 || !serves(kind)) continue;
    if (has_analyser(kind, is_stock)) return duration::zero();
    installed += use.installed;
    running += use.cost / 2;
    waiting += book_.load_of_kind(kind);
  }
  return installed > 0 ? (running / installed + waiting) / (2 * installed) : duration::zero();
}

}  // namespace ebit::orchestrate
