// SPDX-License-Identifier: Apache-2.0
//
// Alice teleports a qubit to Bob over a repeater, while other programs of theirs use the network too.
#include <cstdio>
#include <ebit/adapt/coroutine.hpp>
#include <ebit/app/teleportation.hpp>
#include <ebit/ebit.hpp>
using namespace ebit::literals;
using ebit::adapt::task;

struct distilled : ebit::default_profile {
  using purify = ebit::purify::dejmps;
};
using network = ebit::adapt::scripted_network<distilled>;

int main() {
  const auto fibre = ebit::link::fibre{.length = 20_km};
  auto hardware = ebit::link::default_hardware();
  hardware.visibility = 0.97;
  network net{ebit::sim::chain(3, fibre), {.seed = 5, .hardware = hardware}};
  ebit::adapt::scenario script{net};
  const auto alice = script.at(ebit::node_id{0}), bob = script.at(ebit::node_id{2});
  const auto say = [&](const char* who, const char* what) {
    std::printf("%9.3f ms  %-5s  %s\n", script.now().since_epoch().seconds() * 1e3, who, what);
  };

  ebit::request_id used;
  script.spawn([&]() -> task<> {
    const auto dream = co_await alice.entangle(bob, {.min_fidelity = 0.9999});
    say("Alice", dream ? "has a perfect pair" : dream.error().message().c_str());
    const auto pair = co_await alice.entangle(bob, {.min_fidelity = 0.9});
    used = pair->request;
    say("Alice", "has her half; measures it with her qubit and calls Bob");
    co_await script.sleep(2_us + fibre.delay() * 2);
    const auto half = co_await bob.accept(alice);
    say("Bob", half.name == pair->name ? "has her call and his half; corrects it" : "has some other half");
  });
  script.spawn([&]() -> task<> {
    const auto [there, back] = co_await both(alice.entangle(bob, {.pairs = 10, .purpose = 1}),
                                             bob.entangle(alice, {.pairs = 10, .purpose = 1}));
    say("both", there && back ? "have twenty more pairs" : "did not get twenty more pairs");
  });

  const auto waiting = script.run();
  net.run();
  const double fidelity = net.requests()[used.value()].fidelity();
  std::printf("the pair had fidelity %.4f; a qubit gets across with %.4f on average\n", fidelity,
              ebit::app::average_fidelity(fidelity, 2));
  return waiting == 0 ? 0 : 1;
}
