// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <ebit/testing/conformance_rig.hpp>

namespace ebit::testing::detail {

/// The messages of the suite: a number, and bytes that follow from it.
struct conformance_note {
  static constexpr std::uint8_t type = 0xf7;
  std::uint64_t number = 0;
  std::uint64_t filling[5] = {};

  [[nodiscard]] static conformance_note of(std::uint64_t number) {
    conformance_note n{number, {}};
    for (std::uint64_t& word : n.filling) word = (number += 0x9e3779b97f4a7c15U) * 0xbf58476d1ce4e5b9U;
    return n;
  }
};

/// Both ends send messages, also while they are told of one, and each is checked on its arrival. What the clocks
/// differ by is learned on the way.
template <class Backend>
class conformance_messages {
 public:
  explicit conformance_messages(conformance_rig<Backend>& rig) : rig_{&rig} {}

  void run() {
    if constexpr (backend::messages<Backend>) {
      if (rig_->size() == 1) return;
      for (std::uint64_t n = 0; n < each; ++n)
        for (std::size_t e = 0; e < 2; ++e) send(e, 2 * n + e);
      rig_->pump([this] { return arrived_ >= 3 * each; },
                 [this](std::size_t e, const auto& what) {
                   rig_->keep_house(e, what);
                   if constexpr (std::is_same_v<std::remove_cvref_t<decltype(what)>, event::received>) take(e, what);
                 });
      conclude();
    }
  }

 private:
  static constexpr std::uint64_t each = 8;
  static constexpr std::uint64_t reply = 1000;

  struct letter {
    std::uint64_t number = 0;
    std::size_t from = 0;
    local_time sent;
    message content;
    std::uint32_t copies = 0;
  };

  void send(std::size_t e, std::uint64_t number) {
    const message m = message::pack(rig_->node(e), rig_->node(1 - e), circuit_id{static_cast<std::uint32_t>(number)},
                                    conformance_note::of(number));
    letters_.push_back({number, e, rig_->end(e).now(), m, 0});
    rig_->end(e).perform(action::send{m});
  }

  void take(std::size_t e, const event::received& got) {
    conformance_monitor& watch = rig_->end(e).watch();
    const local_time now = rig_->end(e).now();
    letter* known = nullptr;
    if (got.content.holds<conformance_note>())
      for (letter& l : letters_)
        if (l.number == got.content.unpack<conformance_note>().number) known = &l;
    watch.check(conformance_rule::message_invented, known != nullptr, now,
                [&] { return "a message of type " + std::to_string(got.content.type); });
    if (known == nullptr) return;
    const std::string name = "message " + std::to_string(known->number);
    watch.check(conformance_rule::message_unchanged, known->content == got.content, now, [&] { return name; });
    watch.check(conformance_rule::message_addressed, known->from != e, now, [&] { return name; });
    if (known->from == e) return;
    if (++known->copies > 1) return;
    ++arrived_;
    if (e == 1) {  // of all messages the one that was told soonest after it arrived
      const duration apart = now - got.flight - known->sent;
      if (!measured_ || apart < offset_) offset_ = apart;
      measured_ = true;
    }
    const std::uint64_t number = known->number;
    if (e == 1 && number < reply) send(e, reply + number);
  }

  void conclude() {
    rig_->offset = rig_->plan.clock_offset ? *rig_->plan.clock_offset : offset_;
    for (const letter& l : letters_) {
      conformance_monitor& watch = rig_->end(1 - l.from).watch();
      const local_time now = rig_->end(1 - l.from).now();
      const auto name = [&] { return "message " + std::to_string(l.number); };
      watch.check(conformance_rule::capability_messages, arrived_ > 0, now, [] { return "no message arrived"; });
      if (!rig_->plan.lossless) continue;
      watch.check(conformance_rule::message_arrives, l.copies > 0, now, name);
      watch.check(conformance_rule::message_once, l.copies <= 1, now, name);
    }
  }

  conformance_rig<Backend>* rig_;
  std::vector<letter> letters_;
  std::uint64_t arrived_ = 0;
  duration offset_{};
  bool measured_ = false;
};

}  // namespace ebit::testing::detail
