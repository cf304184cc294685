// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/core/random.hpp>
#include <ebit/link/wire.hpp>

#include "bug.hpp"

// What planted bugs are made of.
namespace ebit_test {

using namespace ebit;

/// Chooses who misbehaves, the node that has the n-th occasion, and how often.
class slip : public bug {
 public:
  explicit slip(std::uint64_t seed) : wait_{mix(seed, 1) % 6}, every_{1 + mix(seed, 2) % 3} {}

 protected:
  bool strikes(node_id n) {
    if (!victim_.valid() && wait_-- == 0) victim_ = n;
    return victim_ == n && ++occasions_ % every_ == 0;
  }

 private:
  node_id victim_;
  std::uint64_t wait_, every_, occasions_ = 0;
};

template <class Body, class Change>
bool change(message& m, Change&& apply) {
  if (!m.holds<Body>()) return false;
  Body b = m.unpack<Body>();
  apply(b);
  const message again = message::pack(m.from, m.to, m.circuit, b);
  m.body = again.body;
  return true;
}

// What is not sent.
template <class Body>
struct unsent : slip {
  using slip::slip;
  bool does(node_id n, action::send& a, const further&) override { return !a.content.holds<Body>() || !strikes(n); }
};
// What is heard, acknowledged perhaps, and has no effect: it speaks of a half that never was.
template <class Body>
struct ignored : slip {
  using slip::slip;
  bool hears(node_id n, event::received& e) override {
    if (e.content.holds<Body>() && strikes(n))
      change<Body>(e.content, [](Body& b) { b.half_sequence = ~std::uint64_t{0} >> 1; });
    return true;
  }
};
// What is sent with a mistake.
template <class Body, auto Mistake>
struct miswritten : slip {
  using slip::slip;
  bool does(node_id n, action::send& a, const further&) override {
    if (a.content.holds<Body>() && strikes(n)) change<Body>(a.content, Mistake);
    return true;
  }
};
template <auto Mistake>
struct misdelivered : slip {
  using slip::slip;
  bool does(node_id n, action::deliver& a, const further&) override {
    if (strikes(n)) Mistake(a);
    return true;
  }
};

}  // namespace ebit_test
