// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/adapt/coroutine_inbox.hpp>
#include <ebit/adapt/coroutine_task.hpp>

namespace ebit::adapt::detail {

/// A request while a script waits for it.
class asked {
 public:
  asked(node_id by, std::uint32_t pairs) : by_{by}, pairs_{pairs} {}

  void wait(latch& end) { end_ = &end; }
  void refuse(const config_error& wrong) {
    reason_.emplace(wrong);
    end_->arrive();
  }
  /// Each returns whether that was the last it waited for.
  bool hear(const held_half& half) {
    halves_.push_back(half);
    return halves_.size() == pairs_ && finish();
  }
  bool hear(const action::report& told) {
    if (!ends(told.outcome)) return false;
    reason_.emplace(told, std::move(halves_), pairs_);
    return finish();
  }
  void hear(const action::revoke& taken) {
    std::erase_if(halves_, [&](const held_half& half) { return half.name == taken.name; });
  }

  [[nodiscard]] node_id by() const { return by_; }
  [[nodiscard]] std::optional<unmet>& reason() { return reason_; }
  [[nodiscard]] std::vector<held_half>& halves() { return halves_; }

 private:
  bool finish() {
    end_->arrive();
    return true;
  }

  node_id by_;
  std::uint32_t pairs_;
  latch* end_ = nullptr;
  std::vector<held_half> halves_;
  std::optional<unmet> reason_;
};

/// A script that waits for a half that another application asked for.
class accepting {
 public:
  void wait(latch& end) { end_ = &end; }
  void hear(const held_half& half) {
    half_ = half;
    end_->arrive();
  }
  [[nodiscard]] const held_half& half() const { return half_; }

 private:
  latch* end_ = nullptr;
  held_half half_;
};

/// Who listens for pairs: the node, the node that asks, and the purpose.
using listener = std::tuple<node_id, node_id, std::uint16_t>;

/// Where what nodes tell their applications finds the script that waits for it.
class desk {
 public:
  void enter(request_id id, asked& who) { asked_.emplace(id, &who); }
  void leave(request_id id) { asked_.erase(id); }

  /// Gives it the oldest half nobody has taken yet, else the next to come.
  void enter(const listener& where, accepting& who) {
    line& l = lines_[where];
    if (l.unclaimed.empty()) {
      l.waiting.push_back(&who);
      return;
    }
    const held_half first = l.unclaimed.front();
    l.unclaimed.pop_front();
    who.hear(first);
  }
  void leave(const listener& where, const accepting& who) { std::erase(lines_[where].waiting, &who); }

  [[nodiscard]] bool is_revoked(node_id at, const pair_id& name) const { return revoked_.contains({at, name}); }

  /// `asker`: the node at which the request was made.
  void hear(node_id at, node_id asker, world_time now, const action::deliver& told) {
    const held_half half{told.name, told.frame, told.estimated_fidelity, told.peer,        told.request, told.purpose,
                         now,       told.born,  told.is_measured,        told.measured_in, told.bit};
    if (at == asker) {
      if (const auto found = asked_.find(told.request); found != asked_.end() && found->second->hear(half))
        asked_.erase(found);
      return;
    }
    line& l = lines_[{at, asker, told.purpose}];
    if (l.waiting.empty()) {
      l.unclaimed.push_back(half);
      return;
    }
    accepting& first = *l.waiting.front();
    l.waiting.pop_front();
    first.hear(half);
  }
  void hear(node_id at, node_id asker, world_time, const action::revoke& told) {
    revoked_.insert({at, told.name});
    if (at == asker) {
      if (const auto found = asked_.find(told.request); found != asked_.end()) found->second->hear(told);
      return;
    }
    for (auto& [where, l] : lines_)
      if (std::get<0>(where) == at)
        std::erase_if(l.unclaimed, [&](const held_half& half) { return half.name == told.name; });
  }
  void hear(node_id at, node_id asker, world_time, const action::report& told) {
    if (at != asker) return;
    if (const auto found = asked_.find(told.request); found != asked_.end() && found->second->hear(told))
      asked_.erase(found);
  }

 private:
  struct line {
    std::deque<held_half> unclaimed;
    std::deque<accepting*> waiting;
  };

  std::map<request_id, asked*> asked_;
  std::map<listener, line> lines_;
  std::set<std::pair<node_id, pair_id>> revoked_;
};

}  // namespace ebit::adapt::detail
