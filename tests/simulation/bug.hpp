// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include <ebit/backend/actions.hpp>
#include <ebit/backend/events.hpp>
#include <ebit/route/concepts.hpp>

namespace ebit_test {

/// Makes nodes misbehave: changes what they do or hear. Functions answer whether it still happens.
class bug {
 public:
  /// Further actions at the same node.
  struct further {
    std::function<void(const ebit::action::send&)> send;
    std::function<void(const ebit::action::free&)> free;
    std::function<void(const ebit::action::deliver&)> deliver;
  };

  bug() = default;
  bug(const bug&) = delete;
  bug& operator=(const bug&) = delete;
  virtual ~bug() = default;

  virtual bool does(ebit::node_id, ebit::action::attempt&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::stop&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::bell_measure&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::distil&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::free&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::send&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::deliver&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::revoke&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::report&, const further&) { return true; }
  virtual bool does(ebit::node_id, ebit::action::connect&, const further&) { return true; }

  virtual bool hears(ebit::node_id, ebit::event::heralded&) { return true; }
  virtual bool hears(ebit::node_id, ebit::event::measured&) { return true; }
  virtual bool hears(ebit::node_id, ebit::event::done&) { return true; }
  virtual bool hears(ebit::node_id, ebit::event::received&) { return true; }
  virtual bool hears(ebit::node_id, ebit::event::device_state&) { return true; }

  /// Within a node: what its route policy makes of a request.
  virtual void chooses(ebit::route::answer&) {}
};

}  // namespace ebit_test
