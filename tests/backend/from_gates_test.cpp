// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"

#include <array>
#include <deque>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <ebit/backend/from_gates.hpp>
#include <ebit/quantum/bell_diagonal.hpp>
#include <ebit/quantum/density_matrix.hpp>
#include <ebit/testing/manual_device.hpp>

using namespace ebit;

namespace {

using register_type = density_matrix<4>;

/// Four qubits that several devices share; unnormalised, so that the trace is the probability of all read-outs so
/// far.
struct laboratory {
  register_type state;
  std::deque<bool> next_bits;  ///< what read-outs give, in order
  int gates = 0;
};

/// A device with gates and read-outs alone. `qubits[slot]` is the laboratory's qubit.
struct trap {
  static constexpr backend::capabilities capabilities{.measures = true, .gates = true};
  std::shared_ptr<laboratory> lab;
  std::vector<std::size_t> qubits;
  std::deque<event::any> told{};

  [[nodiscard]] local_time now() const { return {}; }
  [[nodiscard]] backend::limits limits() const {
    return {.slots_per_port = {2}, .shortest_period = {}, .gate_time = 2_us, .operation_time = 30_us};
  }
  template <class Handler>
  bool poll(Handler&& handler) {
    if (told.empty()) return false;
    const event::any e = told.front();
    told.pop_front();
    std::visit(handler, e);
    return true;
  }
  void perform(const action::gate& a) {
    const std::size_t on = qubits.at(a.target.value()), control = qubits.at(a.control.value());
    ++lab->gates;
    switch (a.kind) {
      case action::gate_kind::x: lab->state.apply(ebit::gates::pauli_x, on); break;
      case action::gate_kind::z: lab->state.apply(ebit::gates::pauli_z, on); break;
      case action::gate_kind::h: lab->state.apply(ebit::gates::hadamard, on); break;
      case action::gate_kind::s: lab->state.apply(ebit::gates::phase(1.57079632679489661923), on); break;
      case action::gate_kind::cnot: lab->state.cnot(control, on); break;
      case action::gate_kind::cz: FAIL("no controlled Z is needed"); break;
    }
    told.push_back(event::done{a.operation});
  }
  void perform(const action::measure& a) {
    CHECK(a.in == basis::z);
    const bool bit = lab->next_bits.front();
    lab->next_bits.pop_front();
    lab->state = lab->state.projected(qubits.at(a.slot.value()), bit);
    told.push_back(event::measured{a.operation, static_cast<std::uint8_t>(bit)});
    told.push_back(event::done{a.operation});
  }
};
static_assert(backend::gates<trap> && backend::measures<trap> && !backend::bell_measures<trap>);
static_assert(backend::bell_measures<backend::from_gates<trap>> && backend::distils<backend::from_gates<trap>>);

/// The events until nothing is due.
std::vector<event::any> drain(auto& device) {
  std::vector<event::any> all;
  while (device.poll([&](const auto& e) { all.push_back(e); })) {
  }
  return all;
}

const bell_diagonal first_pair{0.61, 0.2, 0.12, 0.07}, second_pair{0.5, 0.09, 0.15, 0.26};

}  // namespace

TEST_CASE("backend.from_gates: a Bell measurement reads (x, z) and leaves what swapping leaves") {
  for (std::uint8_t bits = 0; bits < 4; ++bits) {
    const auto lab = std::make_shared<laboratory>();
    const register_type pairs = tensor(density_matrix<2>::from(first_pair), density_matrix<2>::from(second_pair));
    lab->state = pairs;
    lab->next_bits = {(bits & 1) != 0, (bits & 2) != 0};
    backend::from_gates<trap> device{trap{lab, {1, 2}}};
    device.perform(action::bell_measure{operation_id{5}, {}, slot_id{0}, slot_id{1}});
    const auto told = drain(device);
    REQUIRE(told.size() == 2);
    CHECK(told[0] == event::any{event::measured{operation_id{5}, bits}});
    CHECK(told[1] == event::any{event::done{operation_id{5}}});
    const auto expected = bell_diagonal::swap_branch(first_pair, second_pair, static_cast<bell_index>(bits));
    const density_matrix<2> left = lab->state.without(2).without(1);
    CHECK(left.trace() == ebit_test::approx(expected.probability));
    for (std::uint8_t label = 0; label < 4; ++label)
      CHECK(left.normalised().fidelity(bell_index{label}) ==
            ebit_test::approx(expected.state.fidelity(bell_index{label})));
  }
}

TEST_CASE(
    "backend.from_gates: two halves of a distillation are the distillation, for every recipe and every read-out") {
  for (std::uint32_t recipe_number = 0; recipe_number < 36; ++recipe_number) {
    const distil_recipe recipe{bell_permutation::element(recipe_number % 6),
                               bell_permutation::element(recipe_number / 6)};
    for (std::uint8_t bits = 0; bits < 4; ++bits) {
      const bool at_a = (bits & 1) != 0, at_b = (bits & 2) != 0;
      const auto lab = std::make_shared<laboratory>();
      lab->state = tensor(density_matrix<2>::from(first_pair), density_matrix<2>::from(second_pair));
      lab->next_bits = {at_a, at_b};
      backend::from_gates<trap> a{trap{lab, {0, 2}}}, b{trap{lab, {1, 3}}};
      a.perform(action::distil{operation_id{1}, {}, slot_id{0}, slot_id{1}, recipe, half::a});
      CHECK(drain(a) ==
            std::vector<event::any>{event::measured{operation_id{1}, at_a}, event::done{operation_id{1}}});
      b.perform(action::distil{operation_id{2}, {}, slot_id{0}, slot_id{1}, recipe, half::b});
      CHECK(drain(b) ==
            std::vector<event::any>{event::measured{operation_id{2}, at_b}, event::done{operation_id{2}}});
      const auto expected = bell_diagonal::distil_branch(first_pair, second_pair, recipe, at_a != at_b);
      const density_matrix<2> kept = lab->state.without(3).without(2);
      CHECK(kept.trace() == ebit_test::approx(expected.probability / 2));
      for (std::uint8_t label = 0; label < 4; ++label)
        CHECK(kept.normalised().fidelity(bell_index{label}) ==
              ebit_test::approx(expected.state.fidelity(bell_index{label})));
    }
  }
}

TEST_CASE("backend.from_gates: gates go out one after the other, and the node hears of the whole alone") {
  backend::from_gates<testing::manual_device> device{testing::manual_device{{2}}};
  device.perform(action::bell_measure{operation_id{5}, local_time{8_us}, slot_id{0}, slot_id{1}});
  auto gates = device.inner().all<action::gate>();
  REQUIRE(gates.size() == 1);
  CHECK(
      (gates[0].kind == action::gate_kind::cnot && gates[0].control == slot_id{0} && gates[0].target == slot_id{1}));
  CHECK(gates[0].at == local_time{8_us});
  CHECK(gates[0].operation != operation_id{5});
  device.inner().push(event::done{operation_id{77}});  // another operation's
  device.inner().push(event::done{gates[0].operation});
  CHECK(drain(device) == std::vector<event::any>{event::done{operation_id{77}}});
  gates = device.inner().all<action::gate>();
  REQUIRE(gates.size() == 2);
  CHECK((gates[1].kind == action::gate_kind::h && gates[1].target == slot_id{0}));
  device.inner().push(event::done{gates[0].operation});  // told twice: it is over
  CHECK(drain(device).empty());
  CHECK(device.inner().all<action::measure>().empty());
}

TEST_CASE("backend.from_gates: a gate that fails fails the operation, once") {
  backend::from_gates<testing::manual_device> device{testing::manual_device{{2}}};
  device.perform(action::distil{operation_id{3}, {}, slot_id{0}, slot_id{1}, {}});
  device.perform(action::bell_measure{operation_id{4}, {}, slot_id{0}, slot_id{1}});
  const auto gates = device.inner().all<action::gate>();
  REQUIRE(gates.size() == 2);
  CHECK(gates[0].operation != gates[1].operation);
  device.inner().push(event::failed{gates[0].operation, failure::fault});
  device.inner().push(event::done{gates[0].operation});
  CHECK(drain(device) == std::vector<event::any>{event::failed{operation_id{3}, failure::fault}});
  device.inner().push(event::done{gates[1].operation});
  CHECK(drain(device).empty());
  CHECK(device.inner().all<action::gate>().size() == 3);
}

TEST_CASE("backend.from_gates: other actions pass, and durations are those of the whole") {
  backend::from_gates<testing::manual_device> device{testing::manual_device{{2}}};
  device.perform(action::free{slot_id{1}});
  CHECK(device.inner().performed().size() == 1);
  const backend::from_gates<trap> slow{trap{std::make_shared<laboratory>(), {0, 1}}};
  CHECK(slow.limits().operation_time >= 2_us * 10 + 30_us);
  CHECK(slow.limits().validate());
}
