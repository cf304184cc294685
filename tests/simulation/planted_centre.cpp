// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <utility>

#include <ebit/orchestrate/wire.hpp>

#include "planted.hpp"
#include "slips.hpp"

// What nodes of a data centre may do wrong: its controllers, the agents of its switches and of its endpoints.
namespace ebit_test {
namespace {

struct late_switch : slip {
  using slip::slip;
  bool does(node_id n, action::connect& a, const further&) override {
    if (strikes(n)) a.at += duration::picoseconds(20'000'000);
    return true;
  }
};
struct wrong_port : slip {
  using slip::slip;
  bool does(node_id n, action::connect& a, const further&) override {
    const port_id other{a.out.value() == 0 ? 1U : a.out.value() - 1};
    if (other != a.in && strikes(n)) a.out = other;
    return true;
  }
};
/// To both ends, of some of its paths.
struct early_light : slip {
  using slip::slip;
  bool does(node_id, action::send& a, const further&) override {
    if (a.content.holds<wire::grant>() && a.content.unpack<wire::grant>().path.value() % 3 == 0)
      change<wire::grant>(a.content, [](wire::grant& b) { b.starts_in = {}; });
    return true;
  }
};
template <event::health What>
struct untold : slip {
  using slip::slip;
  bool hears(node_id n, event::device_state& e) override { return e.state != What || !strikes(n); }
};
struct taken_for_sound : slip {
  using slip::slip;
  bool hears(node_id n, event::received& e) override {
    if (e.content.holds<wire::health_news>() &&
        e.content.unpack<wire::health_news>().state == static_cast<std::uint8_t>(event::health::degraded) && strikes(n))
      change<wire::health_news>(e.content, [](wire::health_news& b) { b.state = 0; });
    return true;
  }
};
struct path_before : slip {
  using slip::slip;
  std::map<node_id, path_id> last;
  bool does(node_id n, action::attempt& a, const further&) override {
    const path_id now = a.path;
    if (const auto known = last.find(n); known != last.end() && known->second != now && strikes(n))
      a.path = known->second;
    last[n] = now;
    return true;
  }
};
struct granted_again : slip {
  using slip::slip;
  path_id now, before;
  bool does(node_id n, action::send& a, const further&) override {
    if (!a.content.holds<wire::grant>()) return true;
    const path_id path = a.content.unpack<wire::grant>().path;
    if (path != now) before = std::exchange(now, path);
    if (before.valid() && strikes(n)) change<wire::grant>(a.content, [this](wire::grant& b) { b.path = before; });
    return true;
  }
};

template <class Bug>
std::unique_ptr<bug> plant(std::uint64_t seed) {
  return std::make_unique<Bug>(seed);
}

}  // namespace

const std::vector<planted_bug>& planted_in_centres() {
  static const std::vector<planted_bug> all{
      {"moves a switch later than ordered", 1'000, plant<late_switch>, "light"},
      {"joins another port than ordered", 1'000, plant<wrong_port>},
      {"grants light before the switches have moved", 1'000, plant<early_light>, "light"},
      {"does not send a switch its plan", 1'000, plant<unsent<wire::switch_plan>>},
      {"does not tell of a fault", 1'000, plant<untold<event::health::fault>>, "units"},
      {"does not tell that something was mended", 1'000, plant<untold<event::health::ready>>, "news"},
      {"takes a degraded unit for sound", 1'000, plant<taken_for_sound>, "news"},
      {"attempts on the path it had before", 1'000, plant<path_before>, "units"},
      {"grants a path for the second time", 1'000, plant<granted_again>, "leases"},
      {"does not release a path", 1'000, plant<unsent<wire::released>>},
  };
  return all;
}

}  // namespace ebit_test
