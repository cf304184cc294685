// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/ids.hpp>

#include "live_device/delivery_log.hpp"

namespace live {

/// What became of the halves whose other end was not delivered, told by the names in the log.
struct half_account {
  std::uint64_t taken_back = 0;   ///< the application was told that there is no pair
  std::uint64_t owner_ended = 0;  ///< the process of the node that got it was killed since: nobody is left to tell
  std::uint64_t lost = 0;  ///< another process was killed since, the device or a node, and the other half with it
  std::uint64_t under_way = 0;  ///< nobody was killed since: the other half was not there yet when the run ended
  /// Of those not taken back, the most that one end got between two starts of any process.
  std::uint64_t most_open = 0;

  [[nodiscard]] std::uint64_t total() const { return taken_back + owner_ended + lost + under_way; }
};

/// Reads the log as it grows and holds every delivery against the rules: a name is delivered once at either end of
/// the chain, with one frame, and the device finds the pair in the state that the frame says.
class pair_check {
 public:
  explicit pair_check(std::uint32_t nodes) : nodes_{nodes}, actions_(nodes + 1), seconds_(nodes + 1) {}
  ~pair_check() {
    if (file_ != nullptr) std::fclose(file_);
  }
  pair_check(const pair_check&) = delete;
  pair_check& operator=(const pair_check&) = delete;

  /// Reads what is new.
  void read(const std::string& name) {
    if (file_ == nullptr) file_ = std::fopen(name.c_str(), "rb");
    if (file_ == nullptr) return;
    std::clearerr(file_);
    char chunk[1 << 14];
    while (const std::size_t got = std::fread(chunk, 1, sizeof chunk, file_)) {
      for (std::size_t i = 0; i < got; ++i) {
        if (chunk[i] != '\n') {
          line_ += chunk[i];
          continue;
        }
        if (const auto e = parse_entry(line_.c_str()))
          note(*e);
        else
          complain("the log has a line that cannot be read: " + line_);
        line_.clear();
      }
    }
  }

  [[nodiscard]] std::uint64_t pairs() const { return pairs_; }
  [[nodiscard]] double fidelity() const { return pairs_ == 0 ? 0 : fidelities_ / static_cast<double>(pairs_); }
  [[nodiscard]] double worst() const { return worst_; }
  /// Halves whose other end was not delivered, by the device's count of pairs; `account` says what became of them.
  [[nodiscard]] std::uint64_t lone() const { return halves_ - 2 * (pairs_ + unseen_); }
  /// Pairs that both ends had when the device was killed before it could write the truth about them.
  [[nodiscard]] std::uint64_t unseen() const { return unseen_; }
  /// Halves taken back though the other end had its own: that end was cut off since, so nobody could know.
  [[nodiscard]] std::uint64_t revoked_of_pairs() const {
    std::uint64_t count = 0;
    for (const auto& [name, r] : records_)
      count += r.there[0] && r.there[1] && (r.revoked[0] || r.revoked[1]) ? 1U : 0U;
    return count;
  }
  [[nodiscard]] half_account account() const {
    half_account sum;
    std::map<std::pair<std::size_t, std::uint32_t>, std::uint64_t> open;
    for (const auto& [name, r] : records_) {
      if (r.there[0] == r.there[1]) continue;
      const std::size_t end = r.there[0] ? 0 : 1;
      if (r.revoked[end]) {
        ++sum.taken_back;
        continue;
      }
      sum.most_open = std::max(sum.most_open, ++open[{end, r.starts[end]}]);
      if (r.incarnation[end] != incarnations_[end])
        ++sum.owner_ended;
      else if (r.starts[end] != starts_)
        ++sum.lost;
      else
        ++sum.under_way;
    }
    return sum;
  }
  /// Packets whose message was taken, and those that were refused though no restart explains it, as far as nodes lived
  /// to say so.
  [[nodiscard]] std::uint64_t opened() const { return opened_; }
  [[nodiscard]] std::uint64_t turned_away() const { return turned_away_; }
  /// Of a node, or of the device (number `nodes`), as it said when it ended.
  [[nodiscard]] std::uint64_t actions(std::uint32_t who) const { return actions_[who]; }
  [[nodiscard]] double seconds(std::uint32_t who) const { return seconds_[who]; }
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct record {
    std::array<bool, 2> there{};
    std::array<std::uint32_t, 2> frame{};
    std::array<std::uint32_t, 2> life{};         ///< of the connection over which the half was delivered
    std::array<std::uint64_t, 2> incarnation{};  ///< of the node that got it
    std::array<std::uint32_t, 2> starts{};       ///< of any process before
    std::array<bool, 2> revoked{};
  };

  void note(const log_entry& e) {
    if (whole_ && !(e.what == log_entry::kind::complete && e.name == *whole_)) {
      if (e.what == log_entry::kind::started)
        ++unseen_;
      else
        complain("both ends have " + text(*whole_) + ", which the device does not know for one pair");
    }
    whole_.reset();
    switch (e.what) {
      case log_entry::kind::delivered: return delivered(e);
      case log_entry::kind::complete:
        ++pairs_;
        fidelities_ += e.value;
        worst_ = e.value < worst_ ? e.value : worst_;
        if (e.count != 1) complain("the ends disagree on " + text(e.name));
        if (e.value < 0.5) complain("fidelity " + std::to_string(e.value) + " of " + text(e.name));
        return;
      case log_entry::kind::revoked: return revoked(e);
      case log_entry::kind::joined:
        ++starts_;
        if (e.node == 0 || e.node == nodes_ - 1) {
          ++lives_[e.node == 0 ? 0 : 1];
          incarnations_[e.node == 0 ? 0 : 1] = e.count;
        }
        return;
      case log_entry::kind::left: return;
      case log_entry::kind::started: ++starts_; return;
      case log_entry::kind::sealed:
        opened_ += e.count;
        turned_away_ += static_cast<std::uint64_t>(e.value);
        return;
      case log_entry::kind::worked:
        if (e.node > nodes_) return complain("the log speaks of an unknown node");
        actions_[e.node] += e.count;
        seconds_[e.node] += e.value;
        return;
    }
    complain("the log has an entry of an unknown kind");
  }
  void delivered(const log_entry& e) {
    ++halves_;
    if (e.node != 0 && e.node != nodes_ - 1)
      return complain("node " + std::to_string(e.node) + " got " + text(e.name));
    const std::size_t end = e.node == 0 ? 0 : 1;
    record& r = records_[e.name];
    if (r.there[end]) complain("node " + std::to_string(e.node) + " got " + text(e.name) + " twice");
    r.there[end] = true;
    r.frame[end] = e.frame;
    r.life[end] = lives_[end];
    r.incarnation[end] = incarnations_[end];
    r.starts[end] = starts_;
    if (r.there[0] && r.there[1]) whole_ = e.name;
    if (r.there[0] && r.there[1] && r.frame[0] != r.frame[1]) complain("two frames of " + text(e.name));
  }
  void revoked(const log_entry& e) {
    const std::size_t end = e.node == 0 ? 0 : 1;
    const auto known = records_.find(e.name);
    if (known == records_.end() || !known->second.there[end])
      return complain("node " + std::to_string(e.node) + " takes back what it had not: " + text(e.name));
    record& r = known->second;
    // If the other end was cut off since, nobody knows that it had its half.
    if (r.there[1 - end] && r.life[1 - end] == lives_[1 - end])
      return complain("both ends have what one takes back: " + text(e.name));
    r.revoked[end] = true;
  }
  void complain(std::string what) {
    if (complaints_.size() < 20) complaints_.push_back(std::move(what));
  }
  [[nodiscard]] static std::string text(const ebit::pair_id& name) {
    return "pair " + std::to_string(name.path.value()) + '/' + std::to_string(name.epoch) + '/' +
           std::to_string(name.sequence);
  }

  std::uint32_t nodes_;
  std::FILE* file_ = nullptr;
  std::string line_;
  std::map<ebit::pair_id, record> records_;
  std::uint64_t halves_ = 0;
  std::uint64_t pairs_ = 0;
  std::uint64_t unseen_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t turned_away_ = 0;
  std::array<std::uint32_t, 2> lives_{};
  std::array<std::uint64_t, 2> incarnations_{};
  std::uint32_t starts_ = 0;
  std::optional<ebit::pair_id> whole_{};  ///< both ends have it; the truth about it is the next line
  double fidelities_ = 0;
  double worst_ = 1;
  std::vector<std::uint64_t> actions_;
  std::vector<double> seconds_;
  std::vector<std::string> complaints_;
};

}  // namespace live
