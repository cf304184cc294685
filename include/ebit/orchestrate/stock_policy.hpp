// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>

#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>

namespace ebit::orchestrate {

/// What applications at a QNU have asked for.
struct stock_demand {
  node_id peer;
  std::uint16_t tenant = 0;
  std::uint32_t pairs = 1;
  double min_fidelity = 0;
};

/// So many pairs with that peer are to be there before they are asked for. They belong to the tenant on whose account
/// they are made: nobody gets through the stock of others what his own quota does not allow.
struct stock_wish {
  node_id peer;
  std::uint16_t tenant = 0;
  std::uint32_t pairs = 0;
  double min_fidelity = 0;  ///< below that they are of no use
};
using stock_wishes = fixed_vector<stock_wish, 16>;

/// With whom a QNU keeps pairs in stock: `note` is told of every demand, `wishes` says what is wanted now, the most
/// important first. `keeps` is false of a policy that never wants any.
template <class P>
concept stock_policy = std::copyable<P> && requires(P& p, const P& read, const stock_demand& d, local_time now) {
  { P::keeps } -> std::convertible_to<bool>;
  { p.note(d, now) } -> std::same_as<void>;
  { read.wishes(now) } -> std::same_as<stock_wishes>;
  { read.validate() } -> std::same_as<status>;
};

/// Nothing is made before it is asked for.
struct no_stock {
  static constexpr bool keeps = false;
  constexpr void note(const stock_demand&, local_time) const {}
  [[nodiscard]] constexpr stock_wishes wishes(local_time) const { return {}; }
  [[nodiscard]] status validate() const { return success{}; }
};
static_assert(stock_policy<no_stock>);

/// The partners that were asked for most lately: every pair that is asked for counts one, and half as much after each
/// `half_life`.
struct recent_partners {
  static constexpr bool keeps = true;
  static constexpr std::size_t remembered = 32;

  struct partner {
    node_id peer;
    std::uint16_t tenant = 0;
    double min_fidelity = 0;  ///< the greatest that was asked for
    double weight = 0;        ///< at `at`
    local_time at;
  };

  std::uint16_t most = 4;                                      ///< partners at a time; 1 to 16
  std::uint16_t pairs = 2;                                     ///< with each, at most; 1 or more
  duration half_life = duration::picoseconds(10'000'000'000);  ///< more than 0
  double least = 0.25;                                         ///< what counts less is forgotten; above 0
  fixed_vector<partner, remembered> known{};                   ///< those that were asked for, as `note` keeps them

  void note(const stock_demand& d, local_time now) {
    if (!(least > 0)) return;
    for (std::size_t i = known.size(); i-- > 0;)
      if (weight_of(known[i], now) < least) known.erase_at(i);
    partner* found = nullptr;
    for (partner& p : known)
      if (p.peer == d.peer && p.tenant == d.tenant) found = &p;
    if (found == nullptr) {
      if (known.full()) known.erase_at(lightest(now));
      known.push_back({d.peer, d.tenant, d.min_fidelity, 0, now});
      found = &known.back();
    }
    found->weight = weight_of(*found, now) + d.pairs;
    found->at = now;
    found->min_fidelity = greatest(found->min_fidelity, d.min_fidelity);
  }

  [[nodiscard]] stock_wishes wishes(local_time now) const {
    struct ranked {
      std::size_t of = 0;
      double weight = 0;
    };
    fixed_vector<ranked, remembered> order;
    for (std::size_t i = 0; i < known.size(); ++i) {
      const double weight = weight_of(known[i], now);
      if (weight < least) continue;
      order.push_back({i, weight});
      for (std::size_t k = order.size() - 1; k > 0 && order[k].weight > order[k - 1].weight; --k) {
        const ranked heavier = order[k];
        order[k] = order[k - 1];
        order[k - 1] = heavier;
      }
    }
    stock_wishes out;
    for (const ranked& r : order) {
      if (out.full() || out.size() == most) break;
      const partner& p = known[r.of];
      out.push_back({p.peer, p.tenant, pairs, p.min_fidelity});
    }
    return out;
  }

  [[nodiscard]] status validate() const {
    if (most == 0 || most > 16) return config_error{"recent_partners.most", std::to_string(most), "1 to 16"};
    if (pairs == 0) return config_error{"recent_partners.pairs", "0", "1 or more"};
    if (half_life <= duration::zero())
      return config_error{"recent_partners.half_life", "0 s or less", "more than 0 s"};
    if (!(least > 0)) return config_error{"recent_partners.least", std::to_string(least), "above 0"};
    return success{};
  }

 private:
  [[nodiscard]] double weight_of(const partner& p, local_time now) const {
    if (half_life.is_never()) return p.weight;
    return p.weight * math::exp(-0.6931471805599453 * ((now - p.at).seconds() / half_life.seconds()));
  }
  [[nodiscard]] std::size_t lightest(local_time now) const {
    std::size_t found = 0;
    for (std::size_t i = 1; i < known.size(); ++i)
      if (weight_of(known[i], now) < weight_of(known[found], now)) found = i;
    return found;
  }
};
static_assert(stock_policy<recent_partners>);

}  // namespace ebit::orchestrate
