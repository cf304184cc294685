// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/capabilities.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/samplers.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/noise.hpp>
#include <ebit/quantum/stabilizer.hpp>
#include <ebit/sim/heralding.hpp>

namespace ebit::testing {

/// What the two simulated devices are.
struct simulated_pair_options {
  std::uint64_t seed = 1;
  std::uint32_t ports = 1;    ///< of either device, each joined to the other's same one by a link; 1 or more
  std::uint32_t slots = 4;    ///< of a port; 1 or more
  double success = 0.2;       ///< of one attempt in one slot, 0 to 1
  bell_diagonal state{};      ///< of a heralded pair, relative to the announced one
  gate_noise gates{};         ///< of all operations; initialising is perfect
  duration delay = 10_us;     ///< end to end, of light and messages
  duration station = 4_us;    ///< of this, from the first device to the heralding station
  duration gate_time = 1_us;  ///< of a gate, a move or a correction
  duration operation_time = 3_us;
  duration shortest_period = 100_ns;
  duration clock_offset = 7_ms;  ///< how much the second device's clock is ahead of the first one's
};

namespace detail {

/// Two devices, the light between them and the classical channel: one queue of what is going to happen, and the exact
/// quantum state of all slots, one trajectory of it.
class simulated_pair_world {
 public:
  explicit simulated_pair_world(const simulated_pair_options& o)
      : options{o},
        truth{2 * static_cast<std::size_t>(o.ports) * o.slots},
        draws{o.seed, random_purpose::outcome, 0},
        heralds_{o.seed, random_purpose::herald, 0} {
    for (end_state& e : ends) e.slots.resize(static_cast<std::size_t>(o.ports) * o.slots);
    EBIT_ASSERT(o.ports > 0 && o.slots > 0 && o.station >= duration::zero() && o.station <= o.delay,
                "a simulated pair out of range");
    for (std::uint32_t p = 0; p < o.ports; ++p)
      for (std::uint32_t e = 0; e < 2; ++e)
        tell(e, event::path_up{port_id{p}, path_id{p}, node_id{1 - e}, o.delay, arm(e), arm(1 - e)});
  }

  struct slot_state {
    bool holds = false;
    bool busy = false;   ///< an operation on it is running
    bool armed = false;  ///< in a batch, and free
    std::size_t session = 0;
    std::size_t mode = 0;
    bool in_batch = false;
  };
  struct end_state {
    std::vector<slot_state> slots;
    std::deque<event::any> inbox;
    bool attended = false;  ///< somebody polls it
  };

  simulated_pair_options options;
  stabilizer truth;
  random_stream draws;
  world_time now;
  std::array<end_state, 2> ends;

  [[nodiscard]] duration arm(std::uint32_t end) const {
    return end == 0 ? options.station : options.delay - options.station;
  }
  [[nodiscard]] duration offset(std::uint32_t end) const {
    return end == 0 ? duration::zero() : options.clock_offset;
  }
  [[nodiscard]] local_time local(std::uint32_t end, world_time t) const {
    return local_time{t.since_epoch() + offset(end)};
  }
  [[nodiscard]] world_time global(std::uint32_t end, local_time t) const {
    return t.is_never() ? world_time::never() : world_time{t.since_epoch() - offset(end)};
  }
  [[nodiscard]] std::size_t qubit(std::uint32_t end, slot_id slot) const {
    return end * ends[0].slots.size() + slot.value();
  }
  [[nodiscard]] slot_state* find(std::uint32_t end, slot_id slot) {
    return slot.value() < ends[end].slots.size() ? &ends[end].slots[slot.value()] : nullptr;
  }

  void tell(std::uint32_t end, const event::any& e) { ends[end].inbox.push_back(e); }

  /// What is going to happen. Of one instant's, batches end last.
  struct task {
    enum class kind : std::uint8_t { tell, begin, herald, batch_end };
    kind what = kind::tell;
    std::uint32_t end = 0;
    std::size_t session = 0;
    std::size_t mode = 0;
    std::uint32_t draws = 0;
    operation_id operation;
    event::any news{};        ///< of `tell`
    action::any operating{};  ///< of `begin`
    bool releases = false;    ///< the operation is over: its slots are not busy any more
    std::array<slot_id, 2> slots{};
    world_time when;
    std::uint64_t order = 0;
  };
  void post(world_time when, task t) {
    t.when = when < now ? now : when;
    t.order = posted_++;
    tasks_.push_back(std::move(t));
  }
  void post_news(world_time when, std::uint32_t end, const event::any& news) {
    task t;
    t.end = end;
    t.news = news;
    post(when, std::move(t));
  }

  /// Does all that is due at `now`; `begin(end, action)` carries out an operation.
  template <class Begin>
  void catch_up(Begin&& begin) {
    for (auto next = first(); next != tasks_.end() && next->when <= now; next = first()) carry_out(next, begin);
  }
  /// Moves the clock to `until`, or to the first thing that a device which is polled has to tell before.
  template <class Begin>
  void advance(world_time until, Begin&& begin) {
    const auto quiet = [](const end_state& e) { return e.inbox.empty() || !e.attended; };
    catch_up(begin);
    while (quiet(ends[0]) && quiet(ends[1]) && now < until) {
      const auto next = first();
      if (next == tasks_.end() || next->when > until) {
        now = until;
        return;
      }
      now = next->when;
      catch_up(begin);
    }
  }

  void start(std::uint32_t end, const action::attempt& a);
  void stop(std::uint32_t end, const action::stop& a);
  void release(std::uint32_t end, slot_id slot);

 private:
  template <class Begin>
  void carry_out(std::vector<task>::iterator which, Begin& begin) {
    const task t = std::move(*which);
    tasks_.erase(which);
    switch (t.what) {
      case task::kind::tell:
        for (const slot_id slot : t.slots)
          if (t.releases && slot.valid()) find(t.end, slot)->busy = false;
        tell(t.end, t.news);
        break;
      case task::kind::begin: begin(t.end, t.operating); break;
      case task::kind::herald: reveal(t); break;
      case task::kind::batch_end: end_batch(t); break;
    }
  }
  [[nodiscard]] std::vector<task>::iterator first() {
    auto best = tasks_.begin();
    const auto rank = [](const task& t) { return t.what == task::kind::batch_end ? 1 : 0; };
    for (auto it = tasks_.begin(); it != tasks_.end(); ++it) {
      if (it->when != best->when     ? it->when < best->when
          : rank(*it) != rank(*best) ? rank(*it) < rank(*best)
                                     : it->order < best->order)
        best = it;
    }
    return best;
  }

  [[nodiscard]] std::size_t session_for(const action::attempt& a);
  void foresee(std::size_t session, std::size_t m);
  void reveal(const task& t);
  void end_batch(const task& t);
  void close(std::uint32_t end, std::size_t session, failure why);

  std::vector<task> tasks_;
  std::vector<sim::heralding_session> sessions_;
  random_stream heralds_;
  std::uint64_t posted_ = 0;
};

}  // namespace detail
}  // namespace ebit::testing
