// SPDX-License-Identifier: Apache-2.0
#include "../support/catch.hpp"
#include "../support/node_bench.hpp"

using namespace ebit;
/// A device of one's own: every attempt heralds Ψ+ at once, the network is always ready, the application takes what
/// it gets.
struct lucky_lab {
  static constexpr backend::capabilities capabilities = backend::capabilities::everything();
  void perform(const action::attempt& a) { batch = a, herald(); }
  void perform(const action::stop&) { batch = {}; }
  void perform(const action::free&) { herald(); }
  void perform(const action::bell_measure& a) { due.push_back(event::failed{a.operation, failure::fault}); }
  void perform(const action::revoke&) {}
  void perform(const action::report&) {}
  void perform(const action::deliver& a) { ++delivered, due.push_back(event::done{a.operation}); }
  void perform(const action::send& a) { answer(a.content); }
  [[nodiscard]] local_time now() const { return {}; }
  [[nodiscard]] backend::limits limits() const { return {{1}, {}, {}, {}}; }
  bool poll(const auto& handler) { return told < due.size() && (std::visit(handler, event::any{due[told++]}), true); }
  void herald() {
    if (batch.operation.valid())
      due.push_back(event::heralded{batch.operation, batch.first_slot, told, bell_index::psi_plus, {}});
  }
  void answer(const message& m) {
    if (m.holds<wire::install>())
      due.push_back(event::received{message::pack(m.to, m.from, m.circuit, wire::ready{1}), {}});
  }
  std::vector<event::any> due{event::path_up{port_id{0}, path_id{0}, node_id{1}, {}, {}, {}},
                              event::request{request_id{0}, node_id{1}, 25, 0.9}};
  std::size_t told = 0;
  action::attempt batch;
  int delivered = 0;
};
TEST_CASE("plugins: a custom backend runs a node") {
  node<> head{{node_id{0}, {1}, ebit_test::chain_map(1, 1)}, options<default_profile>{}};
  lucky_lab lab;
  random_stream random;
  backend::drive(head, lab, random);
  CHECK(lab.delivered == 25);
}
