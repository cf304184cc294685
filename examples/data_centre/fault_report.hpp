// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "data_centre/faults.hpp"

/// How it behaved through each fault, as it is printed.
namespace centre {

inline void print_faults(const scene& s, std::vector<fault_figures>& faults) {
  constexpr std::size_t most = 40;
  for (std::size_t i = 0; i < faults.size() && i < most; ++i) {
    fault_figures& f = faults[i];
    std::printf("\n%s%s, from %s for %s\n", i == 0 ? "faults     " : "           ", f.what.c_str(),
                time_text(f.at.seconds()).c_str(), time_text(f.lasts.seconds()).c_str());
    if (f.at >= s.span) {
      std::printf("             after the end of the run\n");
      continue;
    }
    if (f.took_over >= 0)
      std::printf("             another controller in office after %s\n", time_text(f.took_over).c_str());
    if (f.hit > 0)
      std::printf("             %s ended, noticed after %s; %s moved to others, %llu heralded and lost\n",
                  count_of(f.hit, "light path").c_str(), time_text(f.noticed).c_str(),
                  count_of(f.moved, "pair").c_str(), static_cast<unsigned long long>(f.lost));
    else if (f.led_off > 0)
      std::printf("             %s moved to other ways, the first after %s\n",
                  count_of(f.led_off, "light path").c_str(), time_text(f.noticed).c_str());
    else
      std::printf("             no light path ended by it\n");
    if (f.rerouted.count() > 0)
      std::printf(
          "             %zu had light over another way after %s to %s; news, orders and moves take %s to %s at "
          "least\n             (%.1f %% more at most)\n",
          f.rerouted.count(), time_text(f.rerouted.quantile(1e-9)).c_str(), time_text(f.rerouted.quantile(1)).c_str(),
          time_text(f.bound.quantile(1e-9)).c_str(), time_text(f.bound.quantile(1)).c_str(), 100 * f.worst_excess);
    if (f.later.count() > 0)
      std::printf("             %zu waited for what was in use, broken or not known to be: %s on average\n",
                  f.later.count(), time_text(f.later.mean()).c_str());
    if (f.unserved > 0)
      std::printf("             %zu got no other before the request or the run ended\n", f.unserved);
    std::printf("             pairs/s: %s before, %s during", rounded(f.before, 6).c_str(),
                rounded(f.during, 6).c_str());
    if (f.has_after) std::printf(", %s after", rounded(f.after, 6).c_str());
    if (f.mended >= 0)
      std::printf("; ready again after %s\n", time_text(f.mended).c_str());
    else if (f.at + f.lasts + f.homing > s.span && f.homing > ebit::duration::zero())
      std::printf("; not ready by the end of the run: it homes, or starts up and locks, for %s\n",
                  time_text(f.homing.seconds()).c_str());
    else
      std::printf("\n");
  }
  if (faults.size() > most) std::printf("\n           and %zu more: --csv has all\n", faults.size() - most);
}

}  // namespace centre
