// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/backend/concepts.hpp>
#include <ebit/backend/faults.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/samplers.hpp>

namespace ebit::backend {

/// A backend whose arriving messages are lost, doubled and late as the plan says, and so overtake each other; all
/// else passes. Same seed and entity, same faults. The delay is part of the `flight` that the node is told.
template <class Inner>
class faulty {
 public:
  static constexpr backend::capabilities capabilities = Inner::capabilities;

  /// `entity` tells nodes of one run apart. The plan has to be valid and without a schedule: what happens to nodes,
  /// links and devices is for who drives them.
  faulty(Inner inner, const fault_plan& plan, std::uint64_t seed, std::uint64_t entity = 0)
      : inner_{std::move(inner)}, plan_{plan}, random_{seed, random_purpose::fault, entity} {
    EBIT_ASSERT(plan.validate().has_value(), "a fault plan out of range");
    EBIT_ASSERT(plan.schedule.empty(), "faults of messages alone can be put between a node and its device");
  }

  [[nodiscard]] Inner& inner() { return inner_; }
  [[nodiscard]] const Inner& inner() const { return inner_; }
  /// Messages that arrived at the backend inside and will never reach the node.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  /// Messages that reach the node twice.
  [[nodiscard]] std::uint64_t doubled() const { return doubled_; }

  [[nodiscard]] local_time now() const { return inner_.now(); }
  [[nodiscard]] backend::limits limits() const { return inner_.limits(); }

  template <class Action>
    requires performs<Inner, Action>
  void perform(const Action& wanted) {
    inner_.perform(wanted);
  }

  template <class Handler>
  bool poll(Handler&& handler) {
    for (;;) {
      if (const auto due = earliest(); due != late_.end() && due->at <= inner_.now()) {
        const event::received arrived = due->what;
        late_.erase(due);
        handler(arrived);
        return true;
      }
      bool told = false;
      const bool any = inner_.poll([&](const auto& e) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(e)>, event::received>) {
          strike(e);
        } else {
          told = true;
          handler(e);
        }
      });
      if (told) return true;
      if (!any && (late_.empty() || earliest()->at > inner_.now())) return false;
    }
  }
  void wait(local_time until)
    requires waits<Inner>
  {
    inner_.wait(late_.empty() ? until : least(until, earliest()->at));
  }

 private:
  struct delayed {
    local_time at;
    event::received what;
  };

  void strike(const event::received& e) {
    const bool arrives = !sample::bernoulli(random_, plan_.loss);
    const bool again = sample::bernoulli(random_, plan_.duplication);
    if (!arrives && !again) ++lost_;
    if (arrives && again) ++doubled_;
    for (int copies = (arrives ? 1 : 0) + (again ? 1 : 0); copies > 0; --copies) {
      const double share = sample::uniform(random_);
      const duration late = duration::seconds(share * plan_.jitter.seconds());
      late_.push_back({inner_.now() + late, {e.content, e.flight + late}});
    }
  }

  /// The first to arrive; of several at one time the first that came in.
  [[nodiscard]] std::vector<delayed>::iterator earliest() {
    auto first = late_.begin();
    for (auto it = first; it != late_.end(); ++it)
      if (it->at < first->at) first = it;
    return first;
  }

  Inner inner_;
  fault_plan plan_;
  random_stream random_;
  std::vector<delayed> late_;
  std::uint64_t lost_ = 0;
  std::uint64_t doubled_ = 0;
};

}  // namespace ebit::backend
