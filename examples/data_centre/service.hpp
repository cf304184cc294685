// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data_centre/numbers.hpp"
#include "data_centre/run.hpp"

/// How requests were served.
namespace centre {

/// The times of one request.
struct request_times {
  ebit::world_time granted = ebit::world_time::never();  ///< its first light path was
  ebit::world_time started = ebit::world_time::never();  ///< first attempt
  ebit::world_time last = ebit::world_time::never();     ///< pair at its head
  std::uint32_t leases = 0;
  double fidelity = 0;          ///< forecast of its first light path
  double pairs_per_second = 0;  ///< the same
};

[[nodiscard]] inline std::vector<request_times> times_of(const outcome& out) {
  std::vector<request_times> all(out.requests.size());
  for (const lease_record& l : out.leases) {
    if (l.request >= all.size()) continue;
    request_times& t = all[l.request];
    if (t.leases++ > 0) continue;
    t.granted = l.granted;
    t.fidelity = l.fidelity;
    t.pairs_per_second = l.pairs_per_second;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].started = out.requests[i].started;
    if (!out.requests[i].at_head.empty()) all[i].last = out.requests[i].at_head.back();
  }
  return all;
}

/// How a request stands at the end of the run.
enum class standing : std::uint8_t { served, expired, refused, open };
[[nodiscard]] constexpr const char* name_of(standing s) {
  switch (s) {
    case standing::served: return "served";
    case standing::expired: return "expired";
    case standing::refused: return "refused";
    case standing::open: return "open";
  }
  return "unknown";
}
[[nodiscard]] inline standing standing_of(const ebit::sim::request_record& r) {
  if (!r.finished) return standing::open;
  if (r.refused()) return standing::refused;
  return r.outcome == ebit::request_outcome::expired ? standing::expired : standing::served;
}

struct tenant_figures {
  std::size_t requests = 0;
  std::size_t served = 0;
  std::size_t pairs = 0;
};

struct site_figures {
  std::size_t requests = 0;
  std::size_t served = 0;
  std::size_t refused = 0;
  std::size_t asked = 0;  ///< pairs
  std::size_t pairs = 0;
  std::size_t from_stock = 0;  ///< of them
  distribution fidelity;       ///< of pairs
  distribution whole;          ///< s, of requests that were served
};

struct service_figures {
  std::array<std::size_t, 4> requests{};        ///< by `standing`
  std::array<std::size_t, 32> refused{};        ///< by `ebit::refusal`
  std::size_t asked = 0;                        ///< pairs
  std::size_t pairs = 0;                        ///< that both ends have
  std::size_t taken_back = 0;                   ///< halves that one end had delivered
  std::size_t interrupted = 0;                  ///< requests that were served over several light paths
  distribution whole, waiting, set_up, making;  ///< s, of requests that were served
  distribution fidelity;                        ///< of pairs
  distribution forecast;                        ///< of the same pairs' requests
  std::vector<tenant_figures> tenants;
  std::array<site_figures, 2> sites{};  ///< of requests within a site, and from one to another
  std::size_t from_stock = 0;           ///< pairs that were there before they were asked for
  std::size_t whole_from_stock = 0;     ///< requests that got nothing else
  distribution out_of_stock;            ///< s, from such a request to its last pair

  [[nodiscard]] std::size_t count(standing s) const { return requests[static_cast<std::size_t>(s)]; }
  [[nodiscard]] std::size_t decided() const {
    return count(standing::served) + count(standing::expired) + count(standing::refused);
  }
};

[[nodiscard]] inline service_figures figures_of(const scene& s, const outcome& out,
                                                const std::vector<request_times>& times) {
  service_figures f;
  f.tenants.resize(s.tenants());
  for (std::size_t i = 0; i < out.requests.size(); ++i) {
    const ebit::sim::request_record& r = out.requests[i];
    const request_times& t = times[i];
    const standing how = standing_of(r);
    ++f.requests[static_cast<std::size_t>(how)];
    if (how == standing::refused) ++f.refused[static_cast<std::size_t>(r.why) % f.refused.size()];
    f.asked += r.asked.pairs;
    f.pairs += r.deliveries.size();
    f.taken_back += r.revoked.size();
    tenant_figures& mine = f.tenants[r.asked.tenant];
    ++mine.requests;
    mine.pairs += r.deliveries.size();
    mine.served += how == standing::served ? 1U : 0U;
    site_figures& where = f.sites[s.is_between_sites(r.asked) ? 1 : 0];
    ++where.requests;
    where.served += how == standing::served ? 1U : 0U;
    where.refused += how == standing::refused ? 1U : 0U;
    where.asked += r.asked.pairs;
    where.pairs += r.deliveries.size();
    where.from_stock += out.from_stock[i];
    f.from_stock += out.from_stock[i];
    for (const ebit::sim::delivered_pair& d : r.deliveries) {
      where.fidelity.add(d.fidelity);
      f.fidelity.add(d.fidelity);
      if (t.leases > 0) f.forecast.add(t.fidelity);
    }
    if (how != standing::served || t.last.is_never()) continue;
    const double whole = (t.last - r.issued).seconds();
    f.whole.add(whole);
    where.whole.add(whole);
    if (out.from_stock[i] == r.asked.pairs) {
      ++f.whole_from_stock;
      f.out_of_stock.add(whole);
      continue;
    }
    if (t.leases == 0) continue;
    f.interrupted += t.leases > 1 ? 1U : 0U;
    f.waiting.add((t.granted - r.issued).seconds());
    f.set_up.add((t.started - t.granted).seconds());
    f.making.add((t.last - t.started).seconds());
  }
  return f;
}

[[nodiscard]] constexpr const char* word_for(ebit::refusal why) {
  switch (why) {
    case ebit::refusal::unreachable: return "nothing joins the two";
    case ebit::refusal::fidelity: return "fidelity";
    case ebit::refusal::too_slow: return "would be late";
    case ebit::refusal::memory: return "memories";
    case ebit::refusal::queue_full: return "queue full";
    case ebit::refusal::port: return "ports";
    case ebit::refusal::fibre: return "fibres";
    case ebit::refusal::analyser: return "analysers";
    case ebit::refusal::quota: return "quota";
    case ebit::refusal::out_of_order: return "out of order";
    case ebit::refusal::invalid: return "invalid";
    default: return "other";
  }
}

}  // namespace centre
