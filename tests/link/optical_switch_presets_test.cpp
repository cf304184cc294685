// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <string_view>

#include <ebit/link/optical_switch_presets.hpp>
#include <ebit/link/optical_switch_state.hpp>

#include <support/catch.hpp>

using namespace ebit;
using namespace ebit::literals;

namespace {

/// What a text must say about a member that is not its default: any of the words.
struct member {
  const char* words[2];
  bool (*differs)(const link::optical_switch& s, const link::optical_switch& plain);
};
const member members[] = {
    {{"two-sided", "2x2"}, [](auto& s, auto& d) { return s.kind != d.kind; }},
    {{"ports"}, [](auto& s, auto& d) { return s.ports != d.ports; }},
    {{"insertion loss"}, [](auto& s, auto& d) { return s.insertion_loss != d.insertion_loss; }},
    {{"crossing"}, [](auto& s, auto& d) { return s.loss_per_crossing != d.loss_per_crossing; }},
    {{"measured"}, [](auto& s, auto& d) { return s.path_losses != d.path_losses; }},
    {{"crosstalk"}, [](auto& s, auto& d) { return s.crosstalk != d.crosstalk; }},
    {{"reconfiguration"}, [](auto& s, auto& d) { return s.reconfiguration_time != d.reconfiguration_time; }},
    {{"homing"}, [](auto& s, auto& d) { return s.homing_time != d.homing_time; }},
    {{"parking"}, [](auto& s, auto& d) { return s.parking_time != d.parking_time; }},
    {{"fidelity"}, [](auto& s, auto& d) { return s.fidelity != d.fidelity; }},
    {{"sensor"}, [](auto& s, auto& d) { return s.senses_position != d.senses_position; }},
    {{"mW", " W"}, [](auto& s, auto& d) { return s.power != d.power; }},
};

}  // namespace

TEST_CASE("optical switch presets: each is valid, complete and says where its values are from", "[link]") {
  std::set<std::string_view> names;
  const link::optical_switch plain;
  for (const link::optical_switch_preset& p : link::optical_switch_presets()) {
    INFO(p.name);
    CHECK(names.insert(p.name).second);
    CHECK(p.value.validate());
    CHECK_FALSE(p.source.empty());
    CHECK_FALSE(p.confidence.empty());
    CHECK_FALSE(p.assumed.empty());
    CHECK(link::find_optical_switch_preset(p.name)->value == p.value);
    std::string texts;
    for (const std::string_view text : {p.published, p.from_memory, p.assumed}) texts.append(text).append("; ");
    for (const member& m : members) {
      if (!m.differs(p.value, plain)) continue;
      bool named = false;
      for (const char* word : m.words) named = named || (word != nullptr && texts.find(word) != std::string::npos);
      INFO(m.words[0]);
      CHECK(named);
    }
    // Each can be homed, joined and cleared.
    auto s = link::switch_state::homed(p.value);
    const auto last = static_cast<std::uint16_t>(p.value.ports - 1);
    const auto settled = s.connect(0, last, world_time{1_s});
    REQUIRE(settled);
    CHECK(s.passes(0, last, *settled));
  }
  CHECK(names.size() == 9);
  const auto unknown = link::find_optical_switch_preset("none such");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().allowed.find("palomar_2022") != std::string::npos);
}

TEST_CASE("optical switch presets: the published values", "[link]") {
  const auto of = [](const char* name) { return link::find_optical_switch_preset(name)->value; };
  CHECK(of("cisco_universal_2026").reconfiguration_time == 1_ns);
  CHECK(of("cisco_universal_2026").fidelity == 0.96);
  CHECK(of("mems_mirrors").reconfiguration_time == 1_ms);
  CHECK(of("piezo_beam_steering").reconfiguration_time == 10_ms);
  CHECK(of("optomechanical_2x2").insertion_loss == 0.5_dB);
  CHECK(1 / of("all_optical_2011").leakage() == ebit_test::approx(120).epsilon(5e-3));
  CHECK(of("palomar_2022").joins(0, 136));
  CHECK_FALSE(of("palomar_2022").joins(0, 135));
}
