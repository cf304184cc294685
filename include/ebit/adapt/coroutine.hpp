// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/adapt/coroutine_desk.hpp>
#include <ebit/adapt/coroutine_inbox.hpp>
#include <ebit/adapt/coroutine_task.hpp>
#include <ebit/adapt/coroutine_terms.hpp>
#include <ebit/sim/network.hpp>

// Straight-line scripts of applications on a simulated network:
//
//   ebit::adapt::task<> teleport(auto alice, auto bob) {
//     auto pair = co_await alice.entangle(bob, {.min_fidelity = 0.9});
//     ...
//   }
//   ebit::adapt::scripted_network<> net{ebit::sim::chain(3, ...)};
//   ebit::adapt::scenario script{net};
//   script.spawn(teleport(script.at(ebit::node_id{0}), script.at(ebit::node_id{2})));
//   script.run();
//
// g++ 12 miscompiles `if (co_await x)` in a body that declares nothing: give the value a name first.
namespace ebit::adapt {

/// A simulated network that scripts can run on: one whose tap is the applications' `inbox`.
template <class Network>
concept scriptable = requires(Network& net, const sim::request_parameters& wanted) {
  { net.tap() } -> std::convertible_to<inbox&>;
  { net.next_time() } -> std::same_as<world_time>;
  { net.step() } -> std::same_as<bool>;
  { net.request(wanted) } -> std::same_as<result<sim::request_handle>>;
};

template <profile Profile = default_profile, pair_state State = bell_diagonal>
using scripted_network = sim::network<Profile, State, sim::no_trace, inbox>;

template <scriptable Network>
class party;

/// Scripts of applications on a simulated network, and the event loop that drives both: the network makes a step,
/// then what its nodes told their applications resumes the scripts that waited for it, in that order. At one instant
/// the network comes first, then sleepers in the order in which they lay down; so a run repeats itself exactly.
///
/// Refers to the network, which must outlive it and stay where it is. To destroy it mid-way ends its scripts where
/// they are; what they asked of the network goes on there without them. Several may follow each other on one network:
/// each hears what comes while it runs.
template <scriptable Network>
class scenario {
 public:
  explicit scenario(Network& net) : net_{&net} {}
  scenario(const scenario&) = delete;
  scenario& operator=(const scenario&) = delete;
  ~scenario() { scripts_.clear(); }

  [[nodiscard]] Network& network() const { return *net_; }
  [[nodiscard]] world_time now() const { return net_->now(); }
  /// The application at a node.
  [[nodiscard]] party<Network> at(node_id node) { return party<Network>{*this, node}; }

  /// Adds a script, which begins when the loop next comes round.
  void spawn(task<> script) { spawn_with(nullptr, std::move(script)); }
  /// The same for a function that makes one, usually a lambda: it lives, with what it captured, as long as its script.
  template <class Function>
    requires requires(Function& f) { task<>{f()}; }
  void spawn(Function make) {
    auto kept = std::make_unique<holder<Function>>(std::move(make));
    task<> script = kept->function();
    spawn_with(std::move(kept), std::move(script));
  }

  /// Resumes the script after `span`; a negative one counts as zero.
  [[nodiscard]] auto sleep(duration span) { return sleep_until(now() + std::max(span, duration::zero())); }
  [[nodiscard]] auto sleep_until(world_time when) { return sleeper{*this, when}; }

  /// Runs until every script is over or nothing more can happen; returns how many scripts still wait. The network may
  /// have more to do: `network().run()`. An exception that leaves a script leaves `run`, which may then be called
  /// again for the others. Under message loss it may never end: use `run_for`.
  std::size_t run() { return run_until(world_time::never()); }
  std::size_t run_for(duration span) { return run_until(now() + span); }
  std::size_t run_until(world_time end) {
    for (;;) {
      resume_ready();
      const world_time due = net_->next_time();
      const world_time wake = sleepers_.empty() ? world_time::never() : sleepers_.begin()->first.first;
      const world_time next = std::min(due, wake);
      const bool over = end.is_never() && running() == 0;
      if (over || next.is_never() || next > end) break;
      if (due <= wake) {
        net_->step();
        hear();
      } else {
        net_->run_until(wake);  // nothing happens on the way
        sleepers_.begin()->second->arrive();
        sleepers_.erase(sleepers_.begin());
      }
    }
    if (!end.is_never() && end > now()) net_->run_until(end);
    return running();
  }

  /// Scripts that are not over.
  [[nodiscard]] std::size_t running() const { return scripts_.size(); }

 private:
  friend class party<Network>;

  class kept_alive {
   public:
    kept_alive() = default;
    kept_alive(const kept_alive&) = delete;
    kept_alive& operator=(const kept_alive&) = delete;
    virtual ~kept_alive() = default;
  };
  template <class Function>
  class holder final : public kept_alive {
   public:
    explicit holder(Function f) : function{std::move(f)} {}
    Function function;
  };
  struct running_script {
    std::unique_ptr<kept_alive> kept;  // outlives the body
    task<> body;
  };

  class [[nodiscard]] sleeper : public detail::awaitable<sleeper> {
   public:
    sleeper(scenario& on, world_time when) : on_{&on}, when_{when} {}
    void start(latch& end) {
      on_->sleepers_.emplace(std::pair{std::max(when_, on_->now()), on_->lain_down_++}, &end);
    }
    void await_resume() const noexcept {}

   private:
    scenario* on_;
    world_time when_;
  };

  /// Waits until the application holds all halves of a request, or its node says that it will not.
  template <bool Batch>
  class [[nodiscard]] asking : public detail::awaitable<asking<Batch>> {
   public:
    asking(scenario& on, const sim::request_parameters& wanted)
        : on_{&on}, wanted_{wanted}, state_{wanted.from, wanted.pairs} {}
    asking(asking&& other) noexcept : on_{other.on_}, wanted_{other.wanted_}, state_{std::move(other.state_)} {
      EBIT_ASSERT(!other.id_.valid(), "a request that is awaited cannot move");
    }
    asking(const asking&) = delete;
    asking& operator=(const asking&) = delete;
    asking& operator=(asking&&) = delete;
    ~asking() {
      if (id_.valid()) on_->desk_.leave(id_);
    }

    void start(latch& end) {
      state_.wait(end);
      const result<sim::request_handle> made = on_->net_->request(wanted_);
      if (!made) return state_.refuse(made.error());
      id_ = made->id();
      on_->desk_.enter(id_, state_);
    }
    auto await_resume() {
      using value = std::conditional_t<Batch, std::vector<held_half>, held_half>;
      using outcome = result<value, unmet>;
      if (state_.reason()) return outcome{std::move(*state_.reason())};
      if constexpr (Batch) {
        return outcome{std::move(state_.halves())};
      } else {
        return outcome{state_.halves().front()};
      }
    }

   private:
    scenario* on_;
    sim::request_parameters wanted_;
    request_id id_;
    detail::asked state_;
  };

  class [[nodiscard]] listening : public detail::awaitable<listening> {
   public:
    listening(scenario& on, const detail::listener& where) : on_{&on}, where_{where} {}
    listening(listening&& other) noexcept : on_{other.on_}, where_{other.where_} {
      EBIT_ASSERT(!other.started_, "what is awaited cannot move");
    }
    listening(const listening&) = delete;
    listening& operator=(const listening&) = delete;
    listening& operator=(listening&&) = delete;
    ~listening() {
      if (started_) on_->desk_.leave(where_, state_);
    }

    void start(latch& end) {
      started_ = true;
      state_.wait(end);
      on_->desk_.enter(where_, state_);
    }
    [[nodiscard]] held_half await_resume() const { return state_.half(); }

   private:
    scenario* on_;
    detail::listener where_;
    bool started_ = false;
    detail::accepting state_;
  };

  void spawn_with(std::unique_ptr<kept_alive> kept, task<> body) {
    const std::uint64_t number = spawned_++;
    running_script& added = scripts_.emplace(number, running_script{std::move(kept), std::move(body)}).first->second;
    added.body.spawn(ready_, ended_, number);
  }

  void resume_ready() {
    while (!ready_.empty()) {
      ready_.resume_next();
      while (!ended_.empty()) {
        auto over = scripts_.extract(ended_.back());
        ended_.pop_back();
        over.mapped().body.await_resume();  // its exception, if it ended in one, goes on
      }
    }
  }

  void hear() {
    if (net_->tap().empty()) return;
    net_->tap().take(notices_);
    for (const inbox::notice& n : notices_)
      std::visit(
          [&](const auto& told) { desk_.hear(n.at, net_->requests()[told.request.value()].asked.from, now(), told); },
          n.what);
  }

  Network* net_;
  ready_queue ready_;
  detail::desk desk_;
  std::map<std::pair<world_time, std::uint64_t>, latch*> sleepers_;
  std::uint64_t lain_down_ = 0;
  std::vector<inbox::notice> notices_;
  std::uint64_t spawned_ = 0;
  std::vector<std::uint64_t> ended_;
  std::map<std::uint64_t, running_script> scripts_;
};

/// The application at one node, as scripts speak of it. A small value; refers to its scenario.
template <scriptable Network>
class party {
 public:
  party(scenario<Network>& on, node_id at) : on_{&on}, at_{at} {}

  [[nodiscard]] node_id node() const { return at_; }

  /// Asks this node for a pair with `other` when it is awaited: the half this application gets, or why there is none.
  [[nodiscard]] auto entangle(const party& other, const pair_terms& terms = {}) const {
    return typename scenario<Network>::template asking<false>{*on_, detail::wanted(at_, other.at_, terms)};
  }
  /// The same for several: their halves in the order in which they came.
  [[nodiscard]] auto entangle(const party& other, const batch_terms& terms) const {
    return typename scenario<Network>::template asking<true>{*on_, detail::wanted(at_, other.at_, terms)};
  }
  /// Waits for a half of a pair that the application at `other` asked for with this purpose. Those that came before
  /// were kept, and are given out first.
  [[nodiscard]] auto accept(const party& other, std::uint16_t purpose = 0) const {
    return typename scenario<Network>::listening{*on_, {at_, other.at_, purpose}};
  }
  /// Whether this node has told its application that the half is of no use any more.
  [[nodiscard]] bool is_revoked(const held_half& half) const { return on_->desk_.is_revoked(at_, half.name); }

 private:
  scenario<Network>* on_;
  node_id at_;
};

}  // namespace ebit::adapt
