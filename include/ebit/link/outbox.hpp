// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include <ebit/backend/actions.hpp>
#include <ebit/core/random.hpp>
#include <ebit/core/result.hpp>
#include <ebit/link/segments.hpp>
#include <ebit/link/wire.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit {

/// How a node deals with the classical channel.
struct link_options {
  /// A message whose receipt is not acknowledged within the round trip and this much more is sent again. `never`: the
  /// channel loses nothing (as TCP does not), and nothing is acknowledged.
  duration retransmit_after = duration::never();

  [[nodiscard]] constexpr bool assured() const { return !retransmit_after.is_never(); }
  [[nodiscard]] status validate() const {
    if (retransmit_after <= duration::zero())
      return config_error{"link.retransmit_after", detail::duration_text(retransmit_after),
                          "more than 0 s, or never"};
    return success{};
  }
};

namespace wire {

namespace detail {

template <message_body Body, class Change>
void change(message& m, Change&& how) {
  if (!m.holds<Body>()) return;
  Body body = m.unpack<Body>();
  how(body);
  std::memcpy(m.body.data(), &body, sizeof(Body));
}

}  // namespace detail

/// These types are of protocols that say again themselves what was lost, as long as it is true (the state of links,
/// route/link_state_wire.hpp): nothing of it is kept for a second copy, known for one, or acknowledged.
[[nodiscard]] constexpr bool repeats_itself(std::uint8_t type) { return type >= 0x50 && type < 0x60; }

/// Of these types every body begins with a duration that counts from the sending of the message.
[[nodiscard]] constexpr bool counts_from_sending(std::uint8_t type) { return type >= 0x60 && type < 0x68; }

namespace detail {

/// The same for a body that begins with such a duration.
template <class Change>
void change_first(message& m, Change&& how) {
  if (!counts_from_sending(m.type) || m.size < sizeof(duration)) return;
  duration first;
  std::memcpy(&first, m.body.data(), sizeof(duration));
  how(first);
  std::memcpy(m.body.data(), &first, sizeof(duration));
}

}  // namespace detail

/// Makes up for a message's having waited for `by` before this copy of it is sent: times in a body count from its
/// sending.
inline void delay(message& m, duration by) {
  detail::change<link_started>(m, [by](link_started& b) { b.starts_in -= by; });
  detail::change<go>(m, [by](go& b) { b.starts_in -= by; });
  detail::change<swapped>(m, [by](swapped& b) { b.age += by; });
  detail::change<enqueue>(m, [by](enqueue& b) {
    const duration left = b.time_left;
    b.time_left = left - by;
  });
  detail::change_first(m, [by](duration& d) { d -= by; });
}

/// Names a message by its content, without the times that change while it waits; all copies of one message have the
/// same sum.
[[nodiscard]] inline std::uint64_t sum_of(message m) {
  static_assert(std::endian::native == std::endian::little, "nodes of one network have to agree on tags");
  detail::change<link_started>(m, [](link_started& b) { b.starts_in = duration::zero(); });
  detail::change<go>(m, [](go& b) { b.starts_in = duration::zero(); });
  detail::change<swapped>(m, [](swapped& b) { b.age = duration::zero(); });
  detail::change<enqueue>(m, [](enqueue& b) { b.time_left = duration::zero(); });
  detail::change_first(m, [](duration& d) { d = duration::zero(); });
  std::uint64_t words[sizeof(message) / 8];
  std::memcpy(words, &m, sizeof(message));
  std::uint64_t sum = 0;  // of terms that do not wait for each other
  for (std::uint64_t i = 0; i < sizeof(message) / 8; ++i) sum += mix(words[i], i + 1);
  return sum;
}
/// The short form, by which one of the few messages under way to a node is acknowledged.
[[nodiscard]] constexpr std::uint32_t tag_of(std::uint64_t sum) {
  return static_cast<std::uint32_t>(sum ^ sum >> 32);
}
[[nodiscard]] inline std::uint32_t tag_of(const message& m) { return tag_of(sum_of(m)); }

/// Whether a message is of use once its circuit is closed where it was sent.
[[nodiscard]] constexpr bool outlives_circuit(std::uint8_t type) {
  return type == torn_down::type || type == broken::type || type == expired::type || type == delivered::type ||
         type == tested::type || type == dequeued::type || type == available::type || type == refused::type ||
         type == not_enqueued::type;
}

}  // namespace wire

/// The messages of a node that nobody has acknowledged yet (automatic repeat request, selective). Each is sent again
/// after the round trip, then after twice that and so on, until its receipt is acknowledged, its circuit has no more
/// use for it, or it has been sent `most_copies` times. Handling is idempotent everywhere, so a copy does no harm.
class outbox {
 public:
  static constexpr std::uint8_t most_copies = 48;

  outbox() = default;
  outbox(const link_options& how, std::size_t capacity)
      : how_{how}, letters_(how.assured() ? capacity : 0), places_(how.assured() ? nodes_remembered : 0) {}

  [[nodiscard]] bool assures() const { return how_.assured(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return letters_.size(); }
  /// Copies sent again, and messages that were given up or for which there was no room.
  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }
  [[nodiscard]] std::uint64_t given_up() const { return given_up_; }
  [[nodiscard]] local_time next_deadline() const { return next_; }
  /// Within this time a node that is there has answered, as good as certainly: some fifteen copies of a message, or
  /// five and more where messages take longer than the links do.
  [[nodiscard]] duration patience(duration round_trip) const { return (round_trip + how_.retransmit_after) * 128; }

  /// Whether few enough wait for messages that are in no hurry.
  [[nodiscard]] bool has_room() const { return !assures() || size_ < letters_.size() / 2; }
  /// Whether the other end of a path has yet to say that it knows of this node's restart.
  [[nodiscard]] bool awaits_greeting(path_id path) const {
    for (std::size_t i = 0; i < size_; ++i)
      if (const message& m = letters_[i].content; m.holds<wire::hello>() && m.unpack<wire::hello>().path == path)
        return true;
    return false;
  }

  /// A message from there was under way for `flight`: an answer from there takes about twice the longest.
  void heard(node_id from, duration flight) {
    place& known = places_[from.value() % nodes_remembered];
    if (known.of != from) known = {from, duration::zero()};
    if (flight > known.flight) known.flight = flight;
  }
  /// A message has been sent, to a node whose answer takes `round_trip` at most unless it was heard already; when it
  /// will be sent again. With no room it goes without assurance.
  local_time keep(const message& m, duration round_trip, local_time now) {
    if (size_ == letters_.size()) {
      ++given_up_;
      return local_time::never();
    }
    const place& known = places_[m.to.value() % nodes_remembered];
    if (known.of == m.to) round_trip = known.flight * 2;
    letter& l = letters_[size_++];
    l = letter{};
    l.content = m;
    l.tag = wire::tag_of(m);
    l.written = now;
    l.wait = round_trip + how_.retransmit_after;
    l.due = now + l.wait;
    if (l.due < next_) next_ = l.due;
    return l.due;
  }
  /// Of what was said twice as well. The path whose greeting it was, or none.
  path_id acknowledge(node_id by, std::uint32_t tag) {
    path_id greeted = path_id::none();
    for (std::size_t i = size_; i-- > 0;) {
      const message& m = letters_[i].content;
      if (letters_[i].tag != tag || m.to != by) continue;
      if (m.holds<wire::hello>()) greeted = m.unpack<wire::hello>().path;
      remove(i);
    }
    return greeted;
  }
  /// Sends again what is due. Where a circuit is closed, what only it needed is of no use (`serves(circuit)`). What was
  /// sent in vain is given up, and goes to `lost(message)`.
  template <class Sink, class Serves, class Lost>
  void expire(local_time now, Sink& sink, Serves&& serves, Lost&& lost) {
    if (now < next_) return;
    next_ = local_time::never();
    for (std::size_t i = size_; i-- > 0;) {
      letter& l = letters_[i];
      if (l.due <= now) {
        const circuit_id of = l.content.circuit;
        if (of.valid() && !wire::outlives_circuit(l.content.type) && !serves(of)) {
          remove(i);
          continue;
        }
        if (++l.copies >= most_copies) {
          ++given_up_;
          lost(std::as_const(l.content));
          remove(i);
          continue;
        }
        message again = l.content;
        wire::delay(again, now - l.written);
        sink(action::send{again});
        ++repeated_;
        if (l.copies <= most_doublings) l.wait = l.wait * 2;
        l.due = now + l.wait;
      }
      if (l.due < next_) next_ = l.due;
    }
  }

  template <class Sink, class Serves>
  void expire(local_time now, Sink& sink, Serves&& serves) {
    expire(now, sink, serves, [](const message&) {});
  }

 private:
  static constexpr std::uint8_t most_doublings = 3;

  struct letter {
    message content;
    std::uint32_t tag = 0;
    std::uint8_t copies = 0;
    local_time written;
    local_time due;
    duration wait;
  };
  /// How far away a node is that was heard.
  struct place {
    node_id of;
    duration flight;
  };
  static constexpr std::size_t nodes_remembered = 64;

  void remove(std::size_t i) { letters_[i] = letters_[--size_]; }

  link_options how_;
  std::vector<letter> letters_;  ///< the first `size_`
  std::vector<place> places_;
  std::size_t size_ = 0;
  local_time next_ = local_time::never();
  std::uint64_t repeated_ = 0;
  std::uint64_t given_up_ = 0;
};

/// The messages a node has dealt with of late, by their sums, so that it deals with copies no second time. What takes
/// one message for another must be rarer than any number of messages, so the short form would not do.
class inbox {
 public:
  inbox() = default;
  explicit inbox(const link_options& how) : seen_(how.assured() ? capacity : 0) {}

  [[nodiscard]] bool has_seen(std::uint64_t sum) const { return sum != 0 && seen_[sum % capacity] == sum; }
  void note(std::uint64_t sum) { seen_[sum % capacity] = sum; }

 private:
  static constexpr std::size_t capacity = 4'096;
  std::vector<std::uint64_t> seen_;
};

/// Passes a node's actions on, and keeps a copy of every message where that has to be.
template <class Sink>
class assuring_sink {
 public:
  assuring_sink(Sink& out, outbox& letters, segments& table, const context& ctx)
      : out_{&out}, letters_{&letters}, table_{&table}, ctx_{&ctx} {}
  /// Member by member: one that is copied where something rare happens need not lie in memory before.
  assuring_sink(const assuring_sink& other)
      : out_{other.out_}, letters_{other.letters_}, table_{other.table_}, ctx_{other.ctx_} {}

  template <class Action>
  EBIT_ALWAYS_INLINE void operator()(const Action& wanted) const {
    (*out_)(wanted);
  }
  EBIT_ALWAYS_INLINE void operator()(const action::send& wanted) const {
    if (letters_->assures()) [[unlikely]]
      keep(*out_, *letters_, *table_, *ctx_, wanted);
    else
      (*out_)(wanted);
  }

 private:
  /// Takes a copy, so that where nothing is kept neither the message nor the sink need lie in memory.
  [[gnu::noinline]] static void keep(Sink& out, outbox& letters, segments& table, const context& ctx,
                                     action::send wanted) {
    out(wanted);
    const message& m = wanted.content;
    if (m.type == wire::acknowledged::type || wire::repeats_itself(m.type)) return;
    table.watch(letters.keep(m, table.round_trip(m.circuit), ctx.now));
  }

  Sink* out_;
  outbox* letters_;
  segments* table_;
  const context* ctx_;
};

}  // namespace ebit
