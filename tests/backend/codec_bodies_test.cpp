// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <backend/codec_property.hpp>
#include <backend/codec_samples.hpp>
#include <support/catch.hpp>

// The bodies of the control plane and of link state: where each byte lies, and every value that is refused. That random
// values come back, cut and damaged bytes included, is tested for all bodies in codec_test.cpp.
namespace {

using namespace ebit;
using ebit_test::bytes;
using ebit_test::hex;
using fault = codec::fault;
using buffer = std::array<std::byte, codec::largest_message>;

template <class Body>
message enveloped(const Body& body) {
  return message::pack(node_id{1}, node_id{2}, circuit_id::none(), body);
}
/// The bytes of the body alone.
template <class Body>
std::string body_of(const Body& body) {
  buffer out{};
  return hex(bytes{out}.first(codec::encode(enveloped(body), out))).substr(2 * codec::message_header);
}
template <class Owner, class T>
Owner owner_of(T Owner::*) {
  return {};
}

/// The byte of the body at `place` takes 0 to `most`, or the bits of `most`, and nothing else, however it comes.
struct limit {
  std::string name;
  message sound;
  std::size_t place = 0;
  unsigned allowed = 0;
  bool is_mask = false;
};
template <class Owner>
limit at_most(std::string name, std::uint8_t Owner::* member, std::size_t place, unsigned most,
              bool is_mask = false) {
  Owner body{};
  body.*member = static_cast<std::uint8_t>(most);
  return {std::move(name), enveloped(body), place, most, is_mask};
}
template <class Owner>
limit bits_of(std::string name, std::uint8_t Owner::* member, std::size_t place, unsigned mask) {
  return at_most(std::move(name), member, place, mask, true);
}

}  // namespace

TEST_CASE("codec: bodies of the control plane and of link state: the place of every byte is pinned") {
  CHECK(body_of(wire::ask{.time_left = duration::picoseconds(0x0102030405060708),
                          .request = request_id{0x11121314},
                          .peer = node_id{0x21222324},
                          .ticket = 0x31323334,
                          .pairs = 0x41424344,
                          .incarnation = 0x5152,
                          .tenant = 0x6162,
                          .purpose = 0x7172,
                          .min_fidelity = 1.0,
                          .priority = 7,
                          .kind = 2,
                          .bases = 1,
                          .flags = 3,
                          .term = 0x8182}) ==
        "010203040506070811121314212223243132333441424344515261627172ffff070201038182");
  CHECK(body_of(wire::grant{.starts_in = -duration::picoseconds(2),
                            .path = path_id{0x11121314},
                            .peer = node_id{0x21222324},
                            .request = request_id{0x31323334},
                            .station = 0x41424344,
                            .pairs = 0x5152,
                            .lease = duration::picoseconds(0x616263646566),
                            .transmittance = 0.1,
                            .fidelity_here = 1.0,
                            .fidelity_there = 0.0,
                            .port = 0x7172,
                            .term = 0x8182,
                            .stray = 0.01,
                            .role = 1 | wire::grant::stock,
                            .legs = 3,
                            .analyser = 7,
                            .life = 5}) ==
        "fffffffffffffffe1112131421222324313233344142434451526162636465662710ffff000071728182bb8105030705");
  CHECK(body_of(wire::switch_plan{.starts_in = duration::picoseconds(1),
                                  .number = 0x11121314,
                                  .term = 0x2122,
                                  .count = 2,
                                  .life = 5,
                                  .joins = {{{0x3132, 0x4142}, {0x5152, wire::switch_plan::nothing}}}}) ==
        "00000000000000011112131421220205313241425152ffff" + std::string(48, 'f'));
  CHECK(body_of(wire::withdraw{.ends_in = duration::picoseconds(9),
                               .path = path_id{0x11121314},
                               .cause = 0xffffffff,
                               .port = 0x2122,
                               .term = 0x3132,
                               .why = 3,
                               .life = 5}) == "000000000000000911121314ffffffff212231320305");
  CHECK(body_of(wire::answered{.value = 0.5,
                               .request = request_id{0x11121314},
                               .ticket = 0x21222324,
                               .element = 0x31323334,
                               .term = 0x4142,
                               .outcome = 1,
                               .short_of = 12,
                               .wait = duration::never(),
                               .fidelity = 1.0}) ==
        "3fe00000000000001112131421222324313233344142010cffffffffffffffff");
  CHECK(body_of(wire::health_news{.element = 0x11121314,
                                  .number = 0x21222324,
                                  .port = 0x3132,
                                  .incarnation = 0x4142,
                                  .state = 2,
                                  .dark = 1,
                                  .faults = 0x5152}) == "11121314212223243132414202015152");
  CHECK(body_of(wire::log_spans{
            .path = path_id{0x11121314}, .first = 0x31323334, .spans = {{4}}, .term = 0x2122, .count = 1}) ==
        "111213143132333400000004" + std::string(64, '0') + "212201");
  CHECK(body_of(wire::leg{.walk = path_id{0x11121314},
                          .path = path_id{0x21222324},
                          .from = node_id{0x31323334},
                          .to = node_id{0x41424344},
                          .delay = duration::picoseconds(0x515253545556),
                          .transmittance = 1.0,
                          .fidelity_from = 1.0,
                          .fidelity_to = 0.0,
                          .stray = 0.01,
                          .term = 0x6162,
                          .links = 0x7172,
                          .position = 2,
                          .descends = 1,
                          .analyser = 9}) ==
        "11121314212223243132333441424344"
        "5152535455560000ffff0000bb8161627172020109");
  CHECK(body_of(wire::claim{.good_for = duration::picoseconds(1),
                            .name = {path_id{0x11121314}, 0x21222324, 0x3132333435363738},
                            .request = request_id{0x41424344},
                            .number = 0x51525354,
                            .purpose = 0x6162,
                            .fidelity = 1.0,
                            .again = 0x71727374}) ==
        "0000000000000001111213142122232431323334353637384142434451525354"
        "6162ffff71727374");
  CHECK(body_of(wire::claim_answered{.name = {path_id{0x11121314}, 0x21222324, 0x3132333435363738},
                                     .request = request_id{0x41424344},
                                     .again = 0x51525354,
                                     .incarnation = 0x6162,
                                     .half = wire::claim_answered::given}) ==
        "11121314212223243132333435363738"
        "4142434451525354616202");
  CHECK(body_of(wire::took_over{0x1112, 0x2122, 5}) == "1112212205");
  CHECK(body_of(wire::deposed{0x1112, 5}) == "111205");
  CHECK(body_of(wire::advertisement{.age = duration::picoseconds(1),
                                    .origin = node_id{0x11121314},
                                    .link = path_id{0x21222324},
                                    .peer = node_id{0x31323334},
                                    .incarnation = 0x41424344,
                                    .sequence = 0x51525354,
                                    .yield = 0.5F,
                                    .purity = 1,
                                    .free_slots = 0x6162,
                                    .hops = 0x71,
                                    .flags = 3,
                                    .life = 0x81828384}) ==
        "0000000000000001111213142122232431323334414243445152535"
        "43f0000003f8000006162710381828384");
  CHECK(body_of(wire::advertised{.receipts = {{{node_id{0x11121314}, path_id{0x21222324}, 0x31323334}}},
                                 .life = 7}) == "111213142122232431323334" + (std::string(16, 'f') + "00000000") +
                                                    (std::string(16, 'f') + "00000000") + "00000007");
}

TEST_CASE("codec: bodies of the control plane and of link state: every value out of its range is refused") {
  using orchestrate::ending;
  using orchestrate::shortage;
  constexpr auto last_ending = static_cast<unsigned>(ending::replaced);
  const std::vector<limit> limits{
      at_most("ask.priority", &wire::ask::priority, 32, 7),
      at_most("ask.kind", &wire::ask::kind, 33, static_cast<unsigned>(request_kind::prepare_state)),
      at_most("ask.bases", &wire::ask::bases, 34, static_cast<unsigned>(basis_choice::xyz)),
      bits_of("ask.flags", &wire::ask::flags, 35, 15),
      bits_of("grant.role", &wire::grant::role, 44, 7),
      at_most("switch_plan.count", &wire::switch_plan::count, 14, 8),
      at_most("withdraw.why", &wire::withdraw::why, 20, last_ending),
      at_most("answered.outcome", &wire::answered::outcome, 22, 3),
      at_most("answered.short_of", &wire::answered::short_of, 23, static_cast<unsigned>(shortage::endpoint_fault)),
      at_most("released.why", &wire::released::why, 38, last_ending),
      at_most("released.role", &wire::released::role, 39, 3),
      at_most("plan_result.outcome", &wire::plan_result::outcome, 8, 2),
      at_most("health_news.state", &wire::health_news::state, 12, 3),
      at_most("health_news.dark", &wire::health_news::dark, 13, 1),
      at_most("holding.role", &wire::holding::role, 20, 3),
      bits_of("log_lease.flags", &wire::log_lease::flags, 46, 15),
      at_most("log_spans.count", &wire::log_spans::count, 46, 9),
      at_most("leg.descends", &wire::leg::descends, 35, 1),
      at_most("claim_answered.half", &wire::claim_answered::half, 26, 2),
      at_most("unstocked.had_no_room", &wire::unstocked::had_no_room, 18, 1),
      bits_of("advertisement.flags", &wire::advertisement::flags, 39, 3),
  };
  for (const limit& l : limits) {
    CAPTURE(l.name);
    buffer out{};
    const std::size_t size = codec::encode(l.sound, out);
    REQUIRE(size > codec::message_header);
    // The byte that is changed is the one that was named: it holds the greatest value.
    REQUIRE(std::to_integer<unsigned>(out[codec::message_header + l.place]) == l.allowed);
    for (unsigned value = 0; value < 256; ++value) {
      CAPTURE(value);
      out[codec::message_header + l.place] = static_cast<std::byte>(value);
      const auto read = codec::decode_message(bytes{out}.first(size));
      const bool is_sound = l.is_mask ? (value & ~l.allowed) == 0 : value <= l.allowed;
      REQUIRE(read.error == (is_sound ? fault::none : fault::bad_value));
      // What is not read is not written either.
      buffer again{};
      REQUIRE(codec::encode(read.value, again) == (is_sound ? size : 0));
    }
  }
}

TEST_CASE("codec: bodies of the control plane and of link state: numbers that mean nothing are refused") {
  buffer out{};
  const auto is_refused = [&out](auto member, auto value) {
    auto body = owner_of(member);
    body.*member = value;
    return codec::encode(enveloped(body), out) == 0;
  };
  CHECK(is_refused(&wire::answered::value, std::numeric_limits<double>::quiet_NaN()));
  CHECK_FALSE(is_refused(&wire::answered::value, std::numeric_limits<double>::infinity()));
  for (const auto member : {&wire::advertisement::yield, &wire::advertisement::purity}) {
    CHECK(is_refused(member, -0.001F));
    CHECK(is_refused(member, std::numeric_limits<float>::infinity()));
    CHECK(is_refused(member, std::numeric_limits<float>::quiet_NaN()));
    CHECK_FALSE(is_refused(member, std::numeric_limits<float>::max()));
    CHECK_FALSE(is_refused(member, 0.0F));
  }
  CHECK(is_refused(&wire::grant::legs, std::uint8_t{0}));
  CHECK_FALSE(is_refused(&wire::grant::legs, std::uint8_t{255}));
  CHECK(is_refused(&wire::leg::position, std::uint8_t{0}));
  CHECK_FALSE(is_refused(&wire::leg::position, std::uint8_t{255}));
  constexpr auto no_duration = duration::picoseconds(std::numeric_limits<std::int64_t>::min());
  CHECK(is_refused(&wire::grant::starts_in, no_duration));
  CHECK(is_refused(&wire::ask::time_left, no_duration));
  CHECK(is_refused(&wire::switch_plan::starts_in, no_duration));
  CHECK(is_refused(&wire::withdraw::ends_in, no_duration));
  CHECK(is_refused(&wire::claim::good_for, no_duration));
  CHECK(is_refused(&wire::stored::moved_in, no_duration));
  CHECK(is_refused(&wire::advertisement::age, no_duration));
  CHECK_FALSE(is_refused(&wire::ask::time_left, duration::never()));
}
