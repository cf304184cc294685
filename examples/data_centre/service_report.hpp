// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

#include "data_centre/limits.hpp"
#include "data_centre/service.hpp"

/// How requests were served and what kept back more, as it is printed.
namespace centre {

[[nodiscard]] inline std::string share_of(std::size_t part, std::size_t whole) {
  return percent(whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole));
}

inline void print_sites(const scene& s, service_figures& f) {
  constexpr const char* titles[] = {"sites      inside    ", "           between   "};
  for (std::size_t i = 0; i < 2; ++i) {
    site_figures& of = f.sites[i];
    std::printf("%s %zu of %zu requests served (%s), %zu refused; %zu of %zu pairs, %s pairs/s", titles[i], of.served,
                of.requests, share_of(of.served, of.requests).c_str(), of.refused, of.pairs, of.asked,
                rounded(static_cast<double>(of.pairs) / s.span.seconds(), 6).c_str());
    if (of.pairs > 0) std::printf(", fidelity %.5f", of.fidelity.mean());
    if (of.whole.count() > 0) std::printf("; median %s", time_text(of.whole.quantile(0.5)).c_str());
    std::printf("\n");
  }
}

inline void print_stock(const outcome& out, const service_figures& f) {
  std::printf("stock      %zu of %zu pairs (%s) were made before they were asked for", f.from_stock, f.pairs,
              share_of(f.from_stock, f.pairs).c_str());
  if (f.sites[1].requests > 0)
    std::printf(", %zu inside and %zu between sites", f.sites[0].from_stock, f.sites[1].from_stock);
  std::printf("; %zu requests waited for no other\n", f.whole_from_stock);
  std::size_t leases = 0;
  for (const lease_record& l : out.leases) leases += l.request >= out.requests.size() ? 1U : 0U;
  std::printf("           %zu light paths were lent for it; ", leases);
  std::printf("%llu halves grew too old; at the end %llu of %llu qubits of buffers were in use\n",
              static_cast<unsigned long long>(out.stock.discarded), static_cast<unsigned long long>(out.stock.kept),
              static_cast<unsigned long long>(out.stock.slots));
}

inline void print_service(const scene& s, const outcome& out, service_figures& f) {
  const double seconds = s.span.seconds();
  std::printf(
      "requests   %zu asked: %zu served whole and in time (%s of %zu decided), %zu expired, %zu refused, %zu "
      "open\n",
      out.requests.size(), f.count(standing::served), share_of(f.count(standing::served), f.decided()).c_str(),
      f.decided(), f.count(standing::expired), f.count(standing::refused), f.count(standing::open));
  for (std::size_t i = 0; i < f.refused.size(); ++i)
    if (f.refused[i] > 0)
      std::printf("           refused: %zu, %s\n", f.refused[i], word_for(static_cast<ebit::refusal>(i)));
  std::printf("pairs      %zu of %zu (%s), %s pairs/s", f.pairs, f.asked, share_of(f.pairs, f.asked).c_str(),
              rounded(static_cast<double>(f.pairs) / seconds, 6).c_str());
  if (out.ledger.orphaned + out.ledger.disagreements > 0)
    std::printf("; %llu delivered at one end only, %zu of them taken back",
                static_cast<unsigned long long>(out.ledger.orphaned), f.taken_back);
  std::printf("\n");
  if (f.pairs > 0)
    std::printf("fidelity   %.5f +- %.5f in truth, forecast %.5f or more\n", f.fidelity.mean(), f.fidelity.error(),
                f.forecast.mean());
  if (f.pairs > 0 && f.fidelity.mean() <= 0.5)
    std::printf("           pairs of 1/2 or less are not entangled, on average\n");
  if (s.joined) print_sites(s, f);
  if (s.chosen.buffers > 0) print_stock(out, f);
  if (f.whole.count() > 0) {
    std::printf("\nlatency    %-32s %11s %11s %11s %11s\n", "", "mean", "median", "95 %", "99 %");
    const auto row = [](const char* what, distribution& d) {
      std::printf("           %-32s %11s %11s %11s %11s\n", what, time_text(d.mean()).c_str(),
                  time_text(d.quantile(0.5)).c_str(), time_text(d.quantile(0.95)).c_str(),
                  time_text(d.quantile(0.99)).c_str());
    };
    row("from request to last pair", f.whole);
    if (f.whole_from_stock > 0) row("  if all were in stock", f.out_of_stock);
    row("  waiting for a light path", f.waiting);
    row("  setting it up", f.set_up);
    row("  making the pairs", f.making);
    if (f.interrupted > 0)
      std::printf("           %zu requests were served over more than one light path\n", f.interrupted);
  }
  if (f.tenants.size() > 1 && f.tenants.size() <= 16)
    for (std::size_t t = 0; t < f.tenants.size(); ++t)
      std::printf("%s%2zu: %zu of %zu requests served, %s pairs/s\n", t == 0 ? "\ntenants    " : "           ", t,
                  f.tenants[t].served, f.tenants[t].requests,
                  rounded(static_cast<double>(f.tenants[t].pairs) / seconds, 6).c_str());
}

inline void print_limit(const outcome& out, const analyser_line& a, const limit& found) {
  std::printf("\nanalysers  lent %s of the time in the second half, attempts ran at them %s of all the time\n",
              percent(a.busy).c_str(), percent(a.working).c_str());
  if (a.is_known) {
    const auto upper = a.model.upper_bound(), lower = a.model.lower_bound();
    std::printf(
        "           requests with both ends free waited %s for one; one pool of %u, lent at random %s times/s "
        "for %s:\n           %s, between %s and %s (%s)%s\n",
        time_text(a.waiting).c_str(), a.model.servers, rounded(1 / a.model.between_arrivals.mean, 6).c_str(),
        time_text(a.model.service.mean).c_str(), time_text(a.model.estimate().value).c_str(),
        time_text(lower.value).c_str(), time_text(upper.value).c_str(), std::string{upper.source}.c_str(),
        a.waiting > upper.value   ? "; more than the bound: they cannot all be reached from everywhere"
        : a.waiting < lower.value ? "; less than the bound: others gave up, or waited for a port instead"
                                  : "");
  } else if (a.is_seen) {
    std::printf("           requests with both ends free waited %s for one; no bound: the line grows\n",
                time_text(a.waiting).c_str());
  } else {
    std::printf("           too few light paths to speak of a line\n");
  }
  std::printf("\nwaiting    %.1f requests on average", found.all());
  if (found.all() > 0) {
    std::printf(", for");
    const char* before = " ";
    for (std::size_t i = 0; i < lacks; ++i) {
      if (!(found.waiting[i] >= 0.0005 * found.all())) continue;  // 0.0 %
      std::printf("%s%s (%s)", before, name_of(static_cast<lack>(i)),
                  percent(found.waiting[i] / found.all()).c_str());
      before = ", ";
    }
  }
  using ebit::orchestrate::shortage;
  const std::uint64_t fibres = out.searched.failed_for(shortage::span),
                      analysers = out.searched.failed_for(shortage::analyser);
  std::printf("\n           %zu light paths lent; %llu searches, %llu in vain for fibres and %llu for analysers\n",
              out.leases.size(), static_cast<unsigned long long>(out.searched.searches),
              static_cast<unsigned long long>(fibres), static_cast<unsigned long long>(analysers));
  std::printf("limited by %s\n", found.verdict.c_str());
}

}  // namespace centre
