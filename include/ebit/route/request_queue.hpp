// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <ebit/backend/events.hpp>
#include <ebit/core/assert.hpp>
#include <ebit/core/extremes.hpp>
#include <ebit/core/fixed_vector.hpp>
#include <ebit/core/ids.hpp>
#include <ebit/core/time.hpp>

namespace ebit::route {

/// What a numbered word is to the one who hears it, so that words may be lost, repeated and out of order.
enum class heard : std::uint8_t {
  news,   ///< heard for the first time, and dealt with
  known,  ///< heard before: acknowledge it and do no more
  early   ///< too far ahead of what is missing, or no room: do not acknowledge it, it will come again
};

/// Which of the numbers 1, 2, 3, … were heard: all below the first one missing, and any of the 63 after that.
class numbers_heard {
 public:
  static constexpr std::uint32_t width = 64;

  /// `early` from `width` numbers after the first one missing. Nobody gives the number 0: it is `known`.
  [[nodiscard]] constexpr heard state(std::uint32_t number) const {
    if (number < missing_) return heard::known;
    const std::uint32_t ahead = number - missing_;
    if (ahead >= width) return heard::early;
    return (after_ >> ahead & 1) != 0 ? heard::known : heard::news;
  }
  constexpr heard hear(std::uint32_t number) {
    const heard what = state(number);
    if (what != heard::news) return what;
    after_ |= std::uint64_t{1} << (number - missing_);
    const int run = std::countr_one(after_);
    missing_ += static_cast<std::uint32_t>(run);
    after_ = run == 64 ? 0 : after_ >> run;
    return what;
  }
  /// The least number not yet heard.
  [[nodiscard]] constexpr std::uint32_t missing() const { return missing_; }

  friend constexpr bool operator==(const numbers_heard&, const numbers_heard&) = default;

 private:
  std::uint64_t after_ = 0;  // bit i: missing_ + i was heard; bit 0 is 0
  std::uint32_t missing_ = 1;
};

/// A request in the queue of its circuit.
struct queued_request {
  std::uint32_t number = 0;  ///< its place in the order of entry, given by the head, from 1; 0: not yet entered
  request_id request;
  node_id asked_by;
  std::uint32_t pairs = 1;
  std::uint32_t served = 0;  ///< pairs bound to it; less again if one is taken back
  std::uint32_t handed = 0;  ///< of those the ones that its application has
  std::uint32_t words = 0;   ///< on single pairs, from the head to the tail: sent, or dealt with
  request_kind kind = request_kind::keep;
  basis_choice bases = basis_choice::xyz;
  std::uint8_t priority = 0;  ///< 0 to 7
  std::uint8_t weight = 1;    ///< 1 to 255
  std::uint16_t purpose = 0;
  bool atomic = false;
  bool consecutive = false;
  double min_fidelity = 0;
  local_time expires = local_time::never();  ///< on the clock of the node that keeps this copy
  std::uint64_t entered_at = 0;              ///< on the virtual clock of the queue; of use to its head alone

  [[nodiscard]] static queued_request of(const event::request& ask, node_id asked_by, local_time now) {
    queued_request entry;
    entry.request = ask.id;
    entry.asked_by = asked_by;
    entry.pairs = ask.pairs;
    entry.kind = ask.kind;
    entry.bases = ask.bases;
    entry.priority = ask.priority;
    entry.weight = ask.weight;
    entry.purpose = ask.purpose;
    entry.atomic = ask.atomic;
    entry.consecutive = ask.consecutive;
    entry.min_fidelity = ask.min_fidelity;
    entry.expires = now + ask.time_limit;
    return entry;
  }

  [[nodiscard]] constexpr bool is(request_id id, node_id from) const { return request == id && asked_by == from; }
  [[nodiscard]] constexpr bool wants_more() const { return served < pairs; }
  /// Whether it is halfway through a service that nothing may interrupt.
  [[nodiscard]] constexpr bool holds_the_circuit() const { return consecutive && served > 0 && wants_more(); }
  /// Whether all fields are in their ranges; what came in a message need not be.
  [[nodiscard]] constexpr bool valid() const {
    return request.valid() && asked_by.valid() && pairs > 0 && priority <= 7 && weight > 0 &&
           kind <= request_kind::prepare_state && bases <= basis_choice::xyz && min_fidelity >= 0 &&
           min_fidelity <= 1;
  }
  /// Whether two copies speak of one request in the same words; how far it is served and each copy's own clock aside.
  [[nodiscard]] constexpr bool asks_the_same_as(const queued_request& other) const {
    queued_request twin = other;
    twin.served = served;
    twin.handed = handed;
    twin.words = words;
    twin.expires = expires;
    twin.entered_at = entered_at;
    return *this == twin;
  }

  friend constexpr bool operator==(const queued_request&, const queued_request&) = default;
};

/// Virtual time, in which a scheduler measures service: 2³¹ per pair and unit weight. It wraps around, so that only
/// times less than 2⁶³ apart, 2³² pairs of weight 1, can be compared: see `is_before`.
struct service_clock {
  std::uint64_t now = 0;
  std::array<std::uint64_t, 8> finished{};  ///< by priority, where classes share and not requests

  friend constexpr bool operator==(const service_clock&, const service_clock&) = default;
};

/// The requests that share a circuit, in the order of entry; the distributed queue of the link layer of Dahlberg et
/// al. 2019 (arXiv:1903.09778), over a whole circuit. The circuit's head keeps it: it alone gives numbers, and its
/// scheduler is the only one. The tail keeps a copy, so that both ends know alike what each pair is for.
///
/// Words between them may be lost, sent again, doubled and reordered: each is numbered, and both ends remember which
/// numbers were heard. A request that entered and left is never entered again by an old word, and one whose end is
/// heard of before its beginning never enters. What cannot be remembered yet is `early`: not acknowledged, and so
/// sent again. On a channel that keeps order and loses nothing, nothing is ever early.
///
/// A value of fixed size. Functions that take a number never abort over it, whatever a message says.
template <std::size_t Capacity = 32>
class basic_request_queue {
 public:
  static_assert(Capacity > 0);
  [[nodiscard]] static constexpr std::size_t capacity() { return Capacity; }

  // The head.

  /// Enters a valid request at the end under the next number; null when the queue is full (`refusal::queue_full`).
  constexpr queued_request* add(queued_request entry) {
    EBIT_ASSERT(entry.valid(), "request_queue: a field of the request is out of range");
    if (entries_.full()) return nullptr;
    EBIT_ASSERT(heard_.missing() != ~std::uint32_t{0}, "request_queue: out of numbers");
    entry.number = heard_.missing();
    heard_.hear(entry.number);
    entry.entered_at = clock_.now;
    return &entries_[enter(entry)];
  }
  /// For a new circuit, whose tail has heard of nothing: the requests keep their order and get the numbers from 1 on.
  constexpr void renumber() {
    heard_ = asked_ = {};
    for (queued_request& entry : entries_) heard_.hear(entry.number = heard_.missing());
  }
  /// The tail asks under a ticket of its own. Only on `news` is the request to be added (or refused) and answered.
  constexpr heard ask(std::uint32_t ticket) { return asked_.hear(ticket); }

  // The tail.

  /// A ticket for the next request of an application at the tail: 1, 2, 3, ….
  [[nodiscard]] constexpr std::uint32_t next_ticket() {
    EBIT_ASSERT(tickets_ != ~std::uint32_t{0}, "request_queue: out of tickets");
    return ++tickets_;
  }
  /// Enters a valid request under the number the head gave to it, at its place.
  constexpr heard insert_copy(const queued_request& entry) {
    EBIT_ASSERT(entry.valid(), "request_queue: a field of the request is out of range");
    const heard what = heard_.state(entry.number);
    if (what != heard::news) return what;
    if (entries_.full()) return heard::early;
    heard_.hear(entry.number);
    enter(entry);
    return what;
  }

  // Both.

  /// The request is served, given up or expired. At the tail the word may come before the request has entered; then
  /// it never will.
  constexpr heard remove(std::uint32_t number) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].number != number) continue;
      entries_.erase_at(i);
      if (entries_.empty()) clock_ = {};
      return heard::news;
    }
    return heard_.hear(number);
  }

  /// Whether the request of that number has entered, or never will any more.
  [[nodiscard]] constexpr bool has_heard_of(std::uint32_t number) const {
    return heard_.state(number) == heard::known;
  }
  [[nodiscard]] constexpr queued_request* find(request_id request, node_id asked_by) {
    return const_cast<queued_request*>(std::as_const(*this).find(request, asked_by));
  }
  [[nodiscard]] constexpr const queued_request* find(request_id request, node_id asked_by) const {
    for (const queued_request& entry : entries_)
      if (entry.request == request && entry.asked_by == asked_by) return &entry;
    return nullptr;
  }
  [[nodiscard]] constexpr queued_request* find(std::uint32_t number) {
    return const_cast<queued_request*>(std::as_const(*this).find(number));
  }
  [[nodiscard]] constexpr const queued_request* find(std::uint32_t number) const {
    for (const queued_request& entry : entries_)
      if (entry.number == number) return &entry;
    return nullptr;
  }

  /// When the first of the requests expires; `never` if none does.
  [[nodiscard]] constexpr local_time next_expiry() const {
    local_time first = local_time::never();
    for (const queued_request& entry : entries_) first = least(first, entry.expires);
    return first;
  }
  /// The first request in order whose time is up, if any; remove it before asking for the next.
  [[nodiscard]] constexpr const queued_request* expired(local_time now) const {
    for (const queued_request& entry : entries_)
      if (!entry.expires.is_never() && entry.expires <= now) return &entry;
    return nullptr;
  }

  /// In the order of entry.
  [[nodiscard]] constexpr const queued_request* begin() const { return entries_.begin(); }
  [[nodiscard]] constexpr const queued_request* end() const { return entries_.end(); }
  [[nodiscard]] constexpr queued_request& operator[](std::size_t index) { return entries_[index]; }
  [[nodiscard]] constexpr const queued_request& operator[](std::size_t index) const { return entries_[index]; }
  [[nodiscard]] constexpr std::size_t size() const { return entries_.size(); }
  [[nodiscard]] constexpr bool empty() const { return entries_.empty(); }
  [[nodiscard]] constexpr bool full() const { return entries_.full(); }

  /// For the scheduler of the head. Starts afresh when the queue has been emptied.
  [[nodiscard]] constexpr service_clock& clock() { return clock_; }
  [[nodiscard]] constexpr const service_clock& clock() const { return clock_; }

  friend constexpr bool operator==(const basic_request_queue&, const basic_request_queue&) = default;

 private:
  /// At the place of its number, which is given back as an index.
  constexpr std::size_t enter(const queued_request& entry) {
    entries_.push_back(entry);
    std::size_t place = entries_.size() - 1;
    for (; place > 0 && entry.number < entries_[place - 1].number; --place) entries_[place] = entries_[place - 1];
    entries_[place] = entry;
    return place;
  }

  fixed_vector<queued_request, Capacity> entries_;
  service_clock clock_;
  numbers_heard heard_;  // numbers of requests: entered here, or left before they could
  numbers_heard asked_;  // tickets of the tail
  std::uint32_t tickets_ = 0;
};

using request_queue = basic_request_queue<>;

}  // namespace ebit::route
