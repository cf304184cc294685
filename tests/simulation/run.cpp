// SPDX-License-Identifier: Apache-2.0
#include "run.hpp"

namespace ebit_test {

outcome run(const scenario& s, const limits& l, bug* planted) {
  if (const ebit::status ok = check(s); !ok) return {.broken = "scenario: " + ok.error().message()};
  switch (s.kind) {
    case scenario::stack::plain: return run_plain(s, l, planted);
    case scenario::stack::dejmps: return run_dejmps(s, l, planted);
    case scenario::stack::bbpssw: return run_bbpssw(s, l, planted);
    case scenario::stack::pumping: return run_pumping(s, l, planted);
    case scenario::stack::epl: return run_epl(s, l, planted);
    case scenario::stack::optimistic: return run_optimistic(s, l, planted);
    case scenario::stack::one_way: return run_one_way(s, l, planted);
  }
  return {.broken = "scenario: no such stack"};
}

}  // namespace ebit_test
