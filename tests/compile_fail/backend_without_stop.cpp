// expect: serves
// expect: heralds_by_perform_stop
// SPDX-License-Identifier: Apache-2.0
#include <ebit/backend/drive.hpp>
#include <ebit/ebit.hpp>

struct endless_device {  // claims to herald, and has no perform(stop)
  static constexpr ebit::backend::capabilities capabilities = ebit::backend::capabilities::everything();
  void perform(const ebit::action::attempt&) {}
  void perform(const ebit::action::free&) {}
  void perform(const ebit::action::bell_measure&) {}
  void perform(const ebit::action::send&) {}
  void perform(const ebit::action::deliver&) {}
  void perform(const ebit::action::revoke&) {}
  void perform(const ebit::action::report&) {}
  [[nodiscard]] ebit::local_time now() const { return {}; }
  [[nodiscard]] ebit::backend::limits limits() const { return {}; }
  bool poll(const auto&) { return false; }
};

void run(ebit::node<>& node, endless_device& device, ebit::random_stream& random) {
  ebit::backend::drive(node, device, random);  // error here
}
