#include <cstdio>
#include <ebit/ebit.hpp>
using namespace ebit::literals;

struct distilled : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};

int main() {
  auto net = ebit::sim::chain(5, ebit::link::fibre{.length = 20_km});
  ebit::sim::network<distilled> sim{net, {.seed = 7, .purify = {.rounds = 2}}};
  auto r = sim.request({.from = net.node(0), .to = net.node(4), .pairs = 1000, .min_fidelity = 0.9});
  sim.run();
  std::printf("%.1f pairs/s, fidelity %.4f (forecast %.4f)\n", r->rate(), r->fidelity(), r->forecast().fidelity());
}
