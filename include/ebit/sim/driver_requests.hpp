// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/sim/driver.hpp>

// What applications ask of simulated nodes, and what they get.
namespace ebit::sim {

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
request_id driver<Profile, State, Trace, Tap, Fabric>::ask(const request_parameters& wanted) {
  const auto id = request_id{static_cast<std::uint32_t>(requests_.size())};
  requests_.emplace_back();
  requests_.back().asked = wanted;
  requests_.back().issued = kernel_.now();
  state_[wanted.from.value()].open_requests.push_back(id.value());
  // Deliveries of usual requests are recorded without an allocation; what goes beyond grows as it comes.
  const std::size_t foreseen = std::min<std::size_t>(wanted.pairs, 1U << 17);
  requests_.back().deliveries.reserve(foreseen);
  requests_.back().at_head.reserve(foreseen);
  requests_.back().names_at_head.reserve(foreseen);
  if (!is_up(wanted.from.value())) return id;
  network_event e;
  e.what = network_event::kind::request;
  e.index = id.value();
  e.node = wanted.from.value();
  post(kernel_.now(), e.node, from_device, e);
  return id;
}

/// Asks the node for what is left of a request.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::put(std::uint32_t request) {
  request_record& r = requests_[request];
  const std::uint32_t left = r.left();
  const duration time_left = r.asked.time_limit - (kernel_.now() - r.issued);
  if (left == 0 || time_left <= duration::zero()) {
    r.answered = r.finished = true;
    r.outcome = left == 0 ? request_outcome::delivered : request_outcome::expired;
    return;
  }
  ++r.times_put;
  const request_parameters& p = r.asked;
  tell(p.from.value(), event::request{request_id{request}, p.to, left, p.min_fidelity, p.kind, p.bases, p.priority,
                                      p.weight, p.purpose, p.atomic, p.consecutive, time_left, p.tenant});
}

/// A node that has started again knows of no request.
template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::put_again(std::uint32_t n) {
  for (std::uint32_t i = 0; i < requests_.size(); ++i)
    if (requests_[i].asked.from.value() == n && !requests_[i].finished) put(i);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::deliver& a) {
  const std::uint32_t slot = state_[n].first_slot + a.slot.value();
  note(trace_event::kind::delivered, n, slot, slot, a.request);
  random_stream draw = draws_of(slot);
  delivered_pair pair;
  const bool complete = world_.take(slot, a.request.value(), a.name, a.frame, kernel_.now(), draw, pair);
  if (a.request.value() < requests_.size()) {  // else a message was forged: nobody has asked
    request_record& r = requests_[a.request.value()];
    if (r.asked.from.value() == n) {
      r.at_head.push_back(kernel_.now());
      r.names_at_head.push_back(a.name);
    }
    if (complete) r.deliveries.push_back(pair);
  }
  completed_.push_back({a.operation, failure::none, false, 0});
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::revoke& a) {
  if (a.request.value() >= requests_.size()) return;
  requests_[a.request.value()].take_back(node_id{n}, a.name);
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::perform(std::uint32_t n, const action::report& a) {
  if (a.request.value() >= requests_.size()) return;
  request_record& r = requests_[a.request.value()];
  if (a.outcome == request_outcome::drifted) {
    ++r.drifts;
    return;
  }
  r.answered = true;
  r.outcome = a.outcome;
  r.why = a.why;
  r.hop = a.hop;
  r.hops = a.hops;
  r.value = a.value;
  r.element = a.element;
  r.finished = ends(a.outcome);
  if (const route::answer* planned = nodes_[n].answer_to(a.request);
      planned != nullptr && r.planned.path.links.empty())
    r.planned = *planned;
}

template <profile Profile, pair_state State, class Trace, class Tap, class Fabric>
void driver<Profile, State, Trace, Tap, Fabric>::note_start(std::uint32_t n, const action::attempt& a) {
  std::vector<std::uint32_t>& open = state_[n].open_requests;
  for (std::size_t i = 0; i < open.size();) {
    request_record& r = requests_[open[i]];
    const bool starts = !r.finished && nodes_[n].circuit_of(request_id{open[i]}) == a.circuit;
    if (starts) r.started = global(n, a.at);
    if (!starts && !r.finished) {
      ++i;
      continue;
    }
    open[i] = open.back();
    open.pop_back();
  }
}

}  // namespace ebit::sim
