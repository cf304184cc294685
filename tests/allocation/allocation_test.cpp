// SPDX-License-Identifier: Apache-2.0
// Counts every call of operator new in this program, so it has a program of its own.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>

#include <ebit/backend/authenticated.hpp>
#include <ebit/backend/codec.hpp>
#include <ebit/ebit.hpp>

#include <backend/codec_samples.hpp>
#include <support/catch.hpp>

namespace {

std::uint64_t allocations = 0;

void* counted(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
void* counted(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto unit = static_cast<std::size_t>(alignment);
  if (void* const memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return counted(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return counted(size, alignment); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

using namespace ebit::literals;

struct nested : ebit::default_profile {
  using swap = ebit::swap::nested;
};
struct distilled : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};
struct distilled_at_the_ends : nested {
  using purify = ebit::purify::bbpssw;
};

ebit::link::hardware hardware() {
  ebit::link::hardware h;
  h.memories = 10;
  h.emission_fidelity = 0.99;
  h.memory = {.t1 = 10_s, .t2 = 1_s};
  h.gate_time = 1_us;
  return h;
}

/// Allocations of a chain from the delivery of pair `warm_up` to that of pair `last`, of 100,000 that are asked for.
template <class Profile>
std::uint64_t while_running(std::size_t nodes, const ebit::sim::network_options<Profile>& options,
                            std::size_t warm_up, std::size_t last) {
  const auto net = ebit::sim::chain(nodes, ebit::link::fibre{.length = 20_km});
  ebit::sim::network<Profile> sim{net, options};
  const auto asked = sim.request({.from = net.node(0), .to = net.node(nodes - 1), .pairs = 100'000});
  REQUIRE(asked);
  const auto run_to = [&](std::size_t pairs) {
    while (asked->delivered() < pairs && sim.step()) {
    }
    return asked->delivered();
  };
  const bool warm = run_to(warm_up) == warm_up;
  const std::uint64_t before = allocations;
  const std::size_t reached = run_to(last);
  const std::uint64_t made = allocations - before;
  CHECK(warm);
  CHECK(reached == last);
  return made;
}

}  // namespace

TEST_CASE("the counter of allocations counts") {
  const std::uint64_t before = allocations;
  const std::vector<int> some(10);
  const std::uint64_t made = allocations - before;
  CHECK(some.size() == 10);
  CHECK(made == 1);
}

TEST_CASE("a running network allocates nothing") {
  SECTION("one link") {
    CHECK(while_running<ebit::default_profile>(2, {.seed = 1, .hardware = hardware()}, 1'000, 21'000) == 0);
  }
  SECTION("a chain that swaps as soon as it can") {
    CHECK(while_running<ebit::default_profile>(5, {.seed = 2, .hardware = hardware()}, 1'000, 16'000) == 0);
  }
  SECTION("a chain that swaps in nested order") {
    CHECK(while_running<nested>(9, {.seed = 3, .hardware = hardware()}, 1'000, 16'000) == 0);
  }
  SECTION("a chain that distils every link") {
    CHECK(while_running<distilled>(4, {.seed = 4, .purify = {.rounds = 2}, .hardware = hardware()}, 1'000, 11'000) ==
          0);
  }
  SECTION("a chain that distils between the ends") {
    const ebit::sim::network_options<distilled_at_the_ends> options{
        .seed = 5, .purify = {.rounds = 1, .at = ebit::purify::where::end_to_end}, .hardware = hardware()};
    CHECK(while_running<distilled_at_the_ends>(4, options, 1'000, 11'000) == 0);
  }
  SECTION("a chain with a cut-off") {
    const ebit::sim::network_options<ebit::default_profile> options{
        .seed = 6, .swap = {.cutoff = 2_ms}, .hardware = hardware()};
    CHECK(while_running<ebit::default_profile>(4, options, 1'000, 11'000) == 0);
  }
}

TEST_CASE("a request of millions of pairs does not reserve memory for all of them") {
  const auto net = ebit::sim::chain(2, ebit::link::fibre{.length = 20_km});
  ebit::sim::network<> sim{net, {.hardware = hardware()}};
  REQUIRE(sim.request({.from = net.node(0), .to = net.node(1), .pairs = 4'000'000'000U}));
  CHECK(sim.requests()[0].deliveries.capacity() < 1'000'000);
}

namespace {

// Policies without any state, and the same once more under other names.
struct static_swap {
  static constexpr bool waits_for_spans = false;
  static constexpr ebit::duration cutoff = ebit::duration::never();
  [[nodiscard]] static constexpr bool may_swap(ebit::swap::place, ebit::swap::spans) { return true; }
};
struct other_static_swap : static_swap {};
struct other_herald : ebit::herald::double_click {};
struct other_purify : ebit::purify::none {};
struct other_route : ebit::route::cheapest_path {};

struct stateless : ebit::default_profile {
  using swap = static_swap;
};
struct other_stateless : ebit::default_profile {
  using herald = other_herald;
  using purify = other_purify;
  using swap = other_static_swap;
  using route = other_route;
};

template <class P>
using model = ebit::model_of<P>;

}  // namespace

TEST_CASE("policies without state take no room in a node") {
  STATIC_REQUIRE(std::is_empty_v<ebit::purify_engine<ebit::purify::none>>);
  STATIC_REQUIRE(std::is_empty_v<ebit::swap_engine<static_swap>>);
  // The model is its four policies and their options: of these only the options are left.
  STATIC_REQUIRE(sizeof(model<stateless>) == sizeof(ebit::route::circuit_options));
  STATIC_REQUIRE(sizeof(ebit::basic_node<stateless>) == sizeof(ebit::basic_node<other_stateless>));
  // What is left is the same node as with policies that have state, less exactly that state: as_soon_as_possible has
  // a cut-off, which the engine and the model both hold.
  STATIC_REQUIRE(sizeof(ebit::basic_node<ebit::default_profile>) - sizeof(ebit::basic_node<stateless>) ==
                 2 * sizeof(ebit::swap::as_soon_as_possible));
}

TEST_CASE("what travels and what waits is small") {
  STATIC_REQUIRE(sizeof(ebit::message) == 64);
  STATIC_REQUIRE(sizeof(ebit::event::received) <= 72);
  STATIC_REQUIRE(sizeof(ebit::sim::network_event) <= 40);
  STATIC_REQUIRE(sizeof(ebit::segment) <= 104);
  STATIC_REQUIRE(sizeof(ebit::sim::kernel<ebit::sim::network_event>::key) == 24);
}

namespace {

/// As quick as can be and no secret at all.
struct copying_cipher {
  static constexpr std::size_t key_bytes = 1;
  static constexpr std::size_t overhead = 1;
  using bytes = std::span<const std::byte>;
  void seal(const std::array<std::byte, 1>&, bytes, bytes, bytes plain, std::span<std::byte> out) const noexcept {
    for (std::size_t i = 0; i < plain.size(); ++i) out[i] = plain[i];
  }
  bool open(const std::array<std::byte, 1>&, bytes, bytes, bytes packet, std::span<std::byte> out) const noexcept {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = packet[i];
    return true;
  }
};

/// Number of samples of everything that come through encoding, framing, cutting and decoding.
std::size_t through_the_codec(ebit::random_stream& draw, ebit::codec::frame_reader& reader) {
  std::size_t through = 0;
  const auto handler = [&through](ebit::codec::frame_kind kind, std::span<const std::byte> content) {
    using ebit::codec::frame_kind;
    through += kind == frame_kind::message && ebit::codec::decode_message(content);
    through += kind == frame_kind::event && ebit::codec::decode_event(content);
    through += kind == frame_kind::action && ebit::codec::decode_action(content);
  };
  const auto pass = [&](const auto& value) {
    std::array<std::byte, ebit::codec::frame_header + ebit::codec::largest_content> out;
    const std::size_t size = ebit::codec::encode_frame(value, out);
    for (std::size_t i = 0; i < size; i += 7)
      static_cast<void>(reader.take(std::span{out}.subspan(i, size - i < 7 ? size - i : 7), handler));
  };
  for (unsigned type = 0; type < 256; ++type)
    if (ebit::message m; ebit_test::random_message(draw, static_cast<std::uint8_t>(type), m)) pass(m);
  const auto typed = [&]<class T>() { pass(ebit_test::random_value<T>(draw)); };
  ebit_test::each_event_type(typed);
  ebit_test::each_action_type(typed);
  return through;
}

}  // namespace

TEST_CASE("bytes of messages, events and actions allocate nothing, sealed or not") {
  using namespace ebit;
  random_stream draw{1, random_purpose::user, 0};
  codec::frame_reader reader;
  backend::authenticated<copying_cipher> alice{node_id{1}, 0}, bob{node_id{2}, 0};
  REQUIRE(alice.add(node_id{2}, {}));
  REQUIRE(bob.add(node_id{1}, {}));
  std::array<std::byte, 256> out{};
  const message m = message::pack(node_id{1}, node_id{2}, circuit_id{3}, wire::hello{path_id{4}, 5});

  const std::uint64_t before = allocations;
  std::size_t through = 0;
  for (int i = 0; i < 10; ++i) through += through_the_codec(draw, reader);
  std::size_t opened = 0;
  for (int i = 0; i < 1000; ++i) {
    std::size_t size = bob.greet(node_id{1}, out).size;
    static_cast<void>(alice.open(std::span<const std::byte>{out}.first(size)));
    size = alice.seal(m, out).size;
    opened += static_cast<bool>(bob.open(std::span<const std::byte>{out}.first(size)));
  }
  const std::uint64_t made = allocations - before;
  CHECK(through >= 10 * (18 + 128 + 11 + 20));
  CHECK(opened == 1000);
  CHECK(made == 0);
}
