// SPDX-License-Identifier: Apache-2.0
// The link and swap layers as users compose them. Prints a digest of all actions after the given number of
// repetitions.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <ebit/node/node.hpp>

#include "workload.hpp"

namespace {

using namespace overhead;

struct recorder {
  digest actions;
  ebit::operation_id upstream_batch;
  ebit::operation_id downstream_batch;
  ebit::operation_id measurement;
  ebit::random_stream unused;  ///< the node's; it draws nothing here

  void operator()(const ebit::action::send& a) { actions.add(a.content); }
  void operator()(const ebit::action::bell_measure& a) {
    measurement = a.operation;
    actions.add(std::uint64_t{a.upstream.value()} << 16 | a.downstream.value());
  }
  void operator()(const ebit::action::free& a) { actions.add(a.slot.value()); }
  void operator()(const ebit::action::attempt& a) {
    (a.path == upstream ? upstream_batch : downstream_batch) = a.operation;
  }
  void operator()(const auto&) {}
};

using node_type = ebit::basic_node<ebit::default_profile>;

template <class Event>
void tell(node_type& node, recorder& told, ebit::local_time now, const Event& event) {
  ebit::context ctx{now, told.unused};
  node.handle(event, ctx, told);
}

/// Apart from `main`, which compilers take for code that runs once.
[[gnu::noinline]] void run(node_type& node, recorder& told, std::uint64_t repetitions) {
  for (std::uint64_t i = 1; i <= repetitions; ++i) {
    const ebit::local_time now = time_of(i);
    const herald up = herald_at(i, false), down = herald_at(i, true);
    tell(node, told, now,
         ebit::event::heralded{told.upstream_batch, ebit::slot_id{up.mode}, up.sequence, up.state, up.born});
    tell(node, told, now,
         ebit::event::heralded{told.downstream_batch, ebit::slot_id{width + down.mode}, down.sequence, down.state,
                               down.born});
    tell(node, told, now, ebit::event::measured{told.measurement, bits_of(i)});
    tell(node, told, now, ebit::event::done{told.measurement});
  }
}

}  // namespace

int main(int, char** arguments) {
  const auto repetitions = std::strtoull(arguments[1], nullptr, 10);
  ebit::link::budget line;
  line.delay = ebit::duration::picoseconds(100'000'000);
  line.station_a = line.station_b = ebit::duration::picoseconds(50'000'000);
  line.attempt_time = ebit::duration::picoseconds(1'000'000);
  const auto map = ebit::shared_constant<ebit::route::network_map>{ebit::route::network_map{
      std::vector<ebit::route::site>(4),
      std::vector<ebit::route::edge>{{head, middle, line, width}, {middle, tail, line, width}}}};
  node_type node{{middle, {width, width}, map}, {}};

  recorder told;
  // The circuit is installed by its head, then both links begin.
  const ebit::local_time zero{};
  const ebit::duration near = line.station_a;
  tell(node, told, zero, ebit::event::path_up{ebit::port_id{0}, upstream, head, line.delay, near, near});
  tell(node, told, zero, ebit::event::path_up{ebit::port_id{1}, downstream, tail, line.delay, near, near});
  ebit::wire::install install;
  install.cutoff = ebit::duration::never();
  install.link_fidelity = 0.5F;
  install.upstream = upstream;
  install.downstream = downstream;
  install.tail = tail;
  install.request = ebit::request_id{0};
  install.pairs = 1'000'000'000;
  install.position = 1;
  install.hops = 2;
  install.width = width;
  tell(node, told, zero, ebit::event::received{ebit::message::pack(head, middle, circuit, install), line.delay});
  tell(node, told, zero,
       ebit::event::received{ebit::message::pack(head, middle, circuit, ebit::wire::go{line.delay * 2}), line.delay});
  ebit::wire::link_started started;
  started.modes = width;
  started.period = line.delay;
  started.spacing = line.attempt_time;
  started.starts_in = line.delay * 2;
  tell(node, told, zero, ebit::event::received{ebit::message::pack(head, middle, circuit, started), line.delay});

  told.actions = {};
  run(node, told, repetitions);
  std::printf("%016llx\n", static_cast<unsigned long long>(told.actions.value()));
}
