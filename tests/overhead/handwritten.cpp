// SPDX-License-Identifier: Apache-2.0
// The work of composed.cpp as one would write it by hand for a node without purification that swaps as soon as it
// can: the same tables, of any number of circuits and slots, with the same contents; the same checks for stale
// answers; the same messages and the same record of what became of each half. What is missing are the layers: no
// policies, no engines, no owners that hand rows on, no list of work, no dispatch.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>

#include "workload.hpp"

namespace {

using namespace overhead;
using ebit::segment;
using ebit::side;

struct hop {
  ebit::path_id path;
  ebit::node_id peer;
  std::uint16_t width = 0;
  std::uint32_t first_slot = 0;
  std::uint32_t epoch = 0;
  std::uint8_t nonce = 0;
  bool open = false;
  std::uint64_t heralded = 0;
  std::vector<ebit::fate> fates;
  std::size_t next_fate = 0;
  bool fates_are_full = false;
};

struct route {
  ebit::circuit_id id;
  bool alive = false;
  bool closing = false;
  std::uint16_t position = 0;
  ebit::duration cutoff = ebit::duration::never();
  std::array<hop, 2> hops;
};

struct node {
  ebit::node_id self;
  std::vector<segment> rows;
  std::vector<route> routes;
  ebit::local_time earliest = ebit::local_time::never();
  ebit::conservation counts;
  bool is_assured = false;  ///< messages are kept until they are acknowledged
  std::size_t early = 0;    ///< messages that came before what they are about
};

/// The device's number for a running measurement, or none.
std::uint32_t heralded(node& n, digest& actions, std::uint32_t batch, std::uint32_t slot, const herald& h) {
  const std::uint32_t index = batch >> 9 & 0xffff;
  const auto facing = static_cast<side>(batch >> 8 & 1);
  if (index >= n.routes.size() || !n.routes[index].alive || n.routes[index].closing) return 0;
  route& r = n.routes[index];
  hop& here = r.hops[static_cast<std::size_t>(facing)];
  if (!here.open || here.nonce != (batch & 0xff)) return 0;
  segment& row = n.rows[slot];
  if (slot - here.first_slot >= here.width || row.held_by != ebit::owner::nobody) return 0;
  if (h.sequence >= here.heralded) here.heralded = h.sequence + 1;
  const std::uint8_t operation = row.operation;
  static constexpr segment blank{};
  row = blank;
  row.operation = operation;
  row.held_by = ebit::owner::swap;
  row.facing = facing;
  row.circuit = static_cast<std::uint16_t>(index);
  row.reach = static_cast<std::uint16_t>(facing == side::downstream ? r.position + 1 : r.position - 1);
  row.peer = here.peer;
  row.local = row.remote = ebit::pair_id{here.path, here.epoch, h.sequence};
  row.born = h.born;
  row.frame = ebit::pauli_frame{h.state};
  if (!r.cutoff.is_never()) {
    row.deadline = h.born + r.cutoff;
    if (row.deadline < n.earliest) n.earliest = row.deadline;
  }
  ++n.counts.acquired;

  const hop& there = r.hops[1 - static_cast<std::size_t>(facing)];
  segment* mate = nullptr;
  for (segment* other = &n.rows[there.first_slot]; other != &n.rows[there.first_slot] + there.width; ++other) {
    if (other->held_by != ebit::owner::swap || other->state != segment::phase::resting) continue;
    if (mate == nullptr || other->born < mate->born) mate = other;
  }
  if (mate == nullptr) return 0;
  const auto other_slot = static_cast<std::uint32_t>(mate - n.rows.data());
  const std::uint32_t up = facing == side::upstream ? slot : other_slot;
  const std::uint32_t down = facing == side::upstream ? other_slot : slot;
  row.state = mate->state = segment::phase::operating;
  n.rows[up].partner = down;
  n.rows[up].begun = true;
  actions.add(std::uint64_t{up} << 16 | down);
  return up << 8 | ++n.rows[up].operation;
}

void tell(const node& n, digest& actions, const segment& near, const segment& far, std::uint8_t bits,
          ebit::local_time now) {
  const route& r = n.routes[near.circuit];
  const ebit::local_time born = near.born < far.born ? near.born : far.born;
  ebit::wire::swapped news;
  news.half_sequence = near.remote.sequence;
  news.peer_sequence = far.remote.sequence;
  news.age = now - born;
  news.half_epoch = near.remote.epoch;
  news.peer_epoch = far.remote.epoch;
  news.peer_path = far.remote.path;
  news.peer = far.peer;
  news.from = r.position;
  news.to = far.reach;
  news.facing = near.facing == side::upstream ? 1 : 0;
  news.frame = static_cast<std::uint8_t>(far.frame.bits() ^ (bits & 3));
  ebit::message m;
  m.type = ebit::wire::swapped::type;
  m.size = sizeof news;
  m.from = n.self;
  m.to = near.peer;
  m.circuit = r.id;
  std::memcpy(m.body.data(), &news, sizeof news);
  actions.add(m);
  if (n.is_assured) std::abort();  // it would be kept now
}

void release(node& n, digest& actions, std::uint32_t slot, const segment& beyond) {
  segment& row = n.rows[slot];
  if (row.held_by == ebit::owner::nobody) std::abort();
  hop& here = n.routes[row.circuit].hops[static_cast<std::size_t>(row.facing)];
  here.fates[here.next_fate] = {row.local.sequence, beyond.remote.sequence,   row.local.epoch, beyond.remote.epoch,
                                beyond.peer,        ebit::fate::kind::swapped};
  if (++here.next_fate == here.fates.size()) {
    here.next_fate = 0;
    here.fates_are_full = true;
  }
  row.held_by = ebit::owner::nobody;
  row.state = segment::phase::resting;
  row.begun = false;
  row.deadline = ebit::local_time::never();
  ++n.counts.consumed;
  actions.add(slot);
}

/// The row that an answer of the device belongs to, or null.
segment* row_of(node& n, std::uint32_t operation) {
  const std::uint32_t slot = operation >> 8;
  if (operation >> 31 != 0 || slot >= n.rows.size() || n.rows[slot].operation != (operation & 0xff)) return nullptr;
  if (!n.rows[slot].begun) return nullptr;
  return &n.rows[slot];
}

void measured(node& n, digest& actions, std::uint32_t operation, std::uint8_t bits, ebit::local_time now) {
  segment* const up = row_of(n, operation);
  if (up == nullptr || up->held_by != ebit::owner::swap) return;
  segment& down = n.rows[up->partner];
  if (up->lost || down.lost) return;
  tell(n, actions, *up, down, bits, now);
  tell(n, actions, down, *up, bits, now);
  release(n, actions, operation >> 8, down);
  release(n, actions, up->partner, *up);
  if (n.routes[up->circuit].closing) std::abort();  // the slots would go back now
}

void done(node& n, std::uint32_t operation) {
  const segment* const row = row_of(n, operation);
  if (row == nullptr || row->held_by != ebit::owner::app) return;
  std::abort();  // the application would have taken the half
}

/// Apart from `main`, which compilers take for code that runs once.
[[gnu::noinline]] void run(node& n, digest& actions, std::uint64_t repetitions) {
  for (std::uint64_t i = 1; i <= repetitions; ++i) {
    const ebit::local_time now = time_of(i);
    const herald up = herald_at(i, false), down = herald_at(i, true);
    std::uint32_t measurement = heralded(n, actions, 0x80000001U, up.mode, up);
    if (n.early != 0) std::abort();  // they would be heard again now
    measurement |= heralded(n, actions, 0x80000102U, width + down.mode, down);
    if (n.early != 0) std::abort();
    measured(n, actions, measurement, bits_of(i), now);
    done(n, measurement);
  }
}

}  // namespace

int main(int, char** arguments) {
  const auto repetitions = std::strtoull(arguments[1], nullptr, 10);
  node n;
  n.self = middle;
  n.rows.resize(2 * width);
  n.routes.resize(1);
  route& r = n.routes[0];
  r.id = circuit;
  r.alive = true;
  r.position = 1;
  for (const std::uint32_t i : {0U, 1U}) {
    hop& h = r.hops[i];
    h.path = i == 0 ? upstream : downstream;
    h.peer = i == 0 ? head : tail;
    h.width = width;
    h.first_slot = i * width;
    h.nonce = static_cast<std::uint8_t>(i + 1);
    h.open = true;
    h.fates.resize(width * 6);
  }
  digest actions;
  run(n, actions, repetitions);
  std::printf("%016llx\n", static_cast<unsigned long long>(actions.value()));
}
