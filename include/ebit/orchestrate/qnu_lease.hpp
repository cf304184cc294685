// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/outcomes.hpp>
#include <ebit/orchestrate/wire.hpp>

namespace ebit::orchestrate {

/// A light path as one of its two QNUs holds it.
struct qnu_lease {
  enum class phase : std::uint8_t {
    granted,  ///< its time has not come
    lit,      ///< the stack uses it
    closing,  ///< its time is up, or it was withdrawn: the stack has been told that it is no more
  };

  path_id path;
  node_id peer;
  request_id request;  ///< of the head
  phase state = phase::granted;
  std::uint16_t port = 0;
  std::uint16_t pairs = 0;
  bool is_head = false;
  bool is_stock = false;
  std::uint8_t role = wire::grant::tail;  ///< as it was granted
  local_time starts;
  local_time ends;
  local_time withdrawn_at = local_time::never();
  event::path_up light;  ///< what the stack is told when it starts
  // Of a walk of several paths that begins with this one.
  std::uint8_t legs = 1;
  std::vector<wire::leg> onward;  ///< the others, in the order in which they were heard of

  std::uint16_t told_in = 0;  ///< the last term in which a controller that had taken office was told of it
  bool is_finished = false;   ///< at the head: the stack has nothing more to do on it
  ending why = ending::served;
  refusal stack_says = refusal::none;  ///< why it does not serve the request over this path
  std::uint32_t delivered = 0;
  std::uint32_t counted = 0;  ///< of those, pairs that the controller of that term was told of when it asked
  std::uint32_t heralds = 0;
  // Of the test rounds on it, once it is over.
  std::uint16_t tests = 0;
  double test_fidelity = 0;
  // Of the attempts that run, and of those that ran.
  operation_id batch;
  local_time batch_since = local_time::never();
  duration batch_period;
  std::uint16_t batch_modes = 0;
  duration busy;
  std::uint64_t attempts = 0;

  [[nodiscard]] bool knows_walk() const {
    std::size_t known = 1;
    for (const wire::leg& each : onward) known += each.position < legs ? 1U : 0U;
    return known >= legs;
  }
  /// How long light takes along the whole walk, as far as it is known.
  [[nodiscard]] duration length() const {
    duration sum = light.delay;
    for (const wire::leg& each : onward) sum += each.delay;
    return sum;
  }
  /// Whether it is the tail's, and the head may use it until `at`, when it is withdrawn, so that words about the last
  /// pairs come later. At the end of a lease the head has stopped in time; when it has said that it is done they are
  /// here.
  [[nodiscard]] bool awaits_last_words(ending withdrawn, local_time at) const {
    const bool is_sudden = withdrawn == ending::cancelled || withdrawn == ending::preempted ||
                           withdrawn == ending::unwanted || withdrawn == ending::moved;
    return is_sudden && !is_head && starts < at;
  }
  /// When something is to be done about it.
  [[nodiscard]] local_time next_deadline() const {
    if (state == phase::granted) return starts < withdrawn_at ? starts : withdrawn_at;
    if (state == phase::lit) return ends < withdrawn_at ? ends : withdrawn_at;
    return local_time::never();
  }
  /// Attempts end at `now`, if any run.
  void stop_counting(local_time now) {
    if (batch_since.is_never() || now < batch_since) {
      batch_since = local_time::never();
      return;
    }
    const duration ran = now - batch_since;
    busy += ran;
    if (batch_period > duration::zero())
      attempts += (static_cast<std::uint64_t>(ran / batch_period) + 1) * batch_modes;
    batch_since = local_time::never();
  }
};

/// A request of an application here, until it is served or refused.
struct qnu_request {
  event::request what;
  std::uint32_t ticket = 0;  ///< 0: not asked of a controller yet
  std::uint32_t delivered = 0;
  local_time expires = local_time::never();
  bool is_in_stack = false;       ///< the stack serves it, or waits for a path to
  bool is_accepted = false;       ///< a controller has answered so
  std::uint32_t asked = 0;        ///< pairs, with that ticket
  std::uint32_t told = 0;         ///< of those, pairs that its controller does not reckon with any more
  std::uint16_t told_in = 0;      ///< as of a lease
  bool is_unsure = false;         ///< whether `told` is, since a new controller may have heard too late of a lease
  bool is_stock = false;          ///< nobody has asked for it yet
  std::uint32_t open_claims = 0;  ///< on pairs in stock, whose other ends have not answered yet

  [[nodiscard]] std::uint32_t left() const { return what.pairs > delivered ? what.pairs - delivered : 0; }
  /// The controller takes it for served, and has forgotten it; if that is not unsure.
  [[nodiscard]] bool is_forgotten() const { return ticket != 0 && told >= asked; }
  /// Stock may have given all, and it is not known yet whether it has.
  [[nodiscard]] bool waits_for_claims() const { return open_claims > 0 && left() == 0; }
};

}  // namespace ebit::orchestrate
