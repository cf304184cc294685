// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <ebit/node/node.hpp>

#include <support/fuzz_device.hpp>
#include <support/fuzz_messages.hpp>

namespace ebit_test {

/// A ring of perfect equipment; link k joins node k to the next.
[[nodiscard]] inline const shared_constant<route::network_map>& fuzz_map() {
  static const shared_constant<route::network_map> map = [] {
    link::budget each;
    each.delay = duration::picoseconds(10'000'000);
    each.station_a = each.station_b = each.delay / 2;
    each.attempt_time = duration::picoseconds(1'000'000);
    std::vector<route::edge> edges;
    for (std::uint32_t k = 0; k < fuzz_messages::nodes; ++k)
      edges.push_back({node_id{k}, node_id{(k + 1) % fuzz_messages::nodes}, each, 4});
    return shared_constant<route::network_map>{
        route::network_map{std::vector<route::site>(fuzz_messages::nodes), std::move(edges)}};
  }();
  return map;
}

/// The life of one node of that profile among others that say anything.
template <class Profile>
class fuzz_run {
 public:
  /// `allocated`: how much memory is in use, or null.
  fuzz_run(fuzz_bytes& in, const options<Profile>& stack, std::uint32_t slots, node_id self, bool can_measure,
           std::size_t (*allocated)())
      : in_{in},
        stack_{stack},
        config_{self, {slots, slots}, fuzz_map(), 0, can_measure},
        device_{config_.slots_per_port},
        node_{std::make_unique<basic_node<Profile>>(config_, stack_)},
        allocated_{allocated} {
    paths_up();
    if (allocated_ != nullptr) at_first_ = allocated_();
  }

  /// The first promise the node breaks, or null.
  [[nodiscard]] const char* run() {
    for (int steps = 0; steps < 1'024 && !in_.empty() && device_.broken == nullptr; ++steps) {
      step(in_.next());
      check();
    }
    return device_.broken;
  }

 private:
  using operation_kind = fuzz_device::operation_kind;
  static constexpr std::size_t growth = std::size_t{1} << 20;
  static constexpr std::size_t growth_per_request = std::size_t{1} << 14;

  template <class Event>
  void tell(const Event& e) {
    device_.begin_call();
    context ctx{now_, random_};
    node_->handle(e, ctx, device_);
    device_.end_call(node_->table());
  }
  void expire() {
    device_.begin_call();
    context ctx{now_, random_};
    node_->expire(ctx, device_);
    device_.end_call(node_->table());
    if (node_->next_deadline() <= now_ && device_.broken == nullptr)
      device_.broken = "a deadline is not met by expire";
  }
  void paths_up() {
    for (std::uint32_t port = 0; port < 2; ++port) path_up(port);
  }
  void path_up(std::uint32_t port) {
    const fuzz_messages others{in_, node_->table(), device_};
    const duration delay = duration::picoseconds(10'000'000);
    tell(event::path_up{port_id{port}, others.path(port), others.neighbour(port), delay, delay / 2, delay / 2});
  }

  void step(std::uint8_t what) {
    switch (what % 16) {
      case 0:
      case 1:
      case 2: herald(); break;
      case 3:
      case 4:
      case 5: answer(); break;
      case 6:
      case 7:
      case 8:
      case 9: {
        fuzz_messages others{in_, node_->table(), device_};
        const message m = others.next();
        tell(event::received{m, what / 16 == 0 ? in_.span() : duration::picoseconds(10'000'000)});
        break;
      }
      case 10: request(); break;
      case 11:
        now_ += in_.span();
        if (now_.is_never() || now_.since_epoch() < -limit) now_ = local_time{};
        break;
      case 12:
        if (!node_->next_deadline().is_never() && now_ < node_->next_deadline()) now_ = node_->next_deadline();
        expire();
        break;
      case 13: expire(); break;
      case 14: rare(what / 16); break;
      default: stale(); break;
    }
  }

  void herald() {
    const std::uint8_t b = in_.next();
    const fuzz_device::operation* batch = nullptr;
    std::size_t skip = b % 4U;
    for (const fuzz_device::operation& o : device_.running()) {
      if (o.kind != operation_kind::batch) continue;
      batch = &o;
      if (skip-- == 0) break;
    }
    if (batch == nullptr) return;
    const std::uint32_t mode = b / 4 % batch->modes;
    event::heralded e{batch->id, slot_id{batch->first + mode}, cycle_++ * batch->modes + mode,
                      static_cast<bell_index>(b / 16 % 4), now_};
    if (b >= 248) e.slot = slot_id{in_.next()};
    if (b >= 240 && b < 248) e.sequence = in_.word();
    device_.will_herald(e.slot);
    tell(e);
  }
  void answer() {
    const std::size_t n = device_.running().size();
    if (n == 0) return;
    const std::uint8_t b = in_.next();
    // The latest first: batches are begun early and last.
    const operation_id id = device_.running()[n - 1 - b / 16 % n].id;
    answer(id, b % 16, in_.next());
  }
  void answer(operation_id id, std::uint32_t how, std::uint8_t bits) {
    if (how < 12) {
      device_.will_read(id);
      tell(event::measured{id, bits});
      if (device_.broken != nullptr || how == 11) return;
    }
    device_.will_end(id);
    if (how < 14)
      tell(event::done{id});
    else
      tell(event::failed{id, static_cast<failure>(bits % 6)});
  }
  /// An answer to what has been answered already, or was never asked.
  void stale() {
    const std::uint8_t b = in_.next();
    const operation_id id = b < 240 ? device_.issued(b) : operation_id{static_cast<std::uint32_t>(in_.word())};
    answer(id, b / 16, in_.next());
  }
  void request() {
    const std::uint8_t b = in_.next(), d = in_.next();
    ++requests_;
    event::request e;
    e.id = request_id{b % 8U};
    e.peer = node_id{b / 8 % 6U};
    e.pairs = b / 64 + (d % 16 == 0 ? 0U : 1U);
    e.min_fidelity = d % 8 * 0.125;
    e.kind = static_cast<request_kind>(d / 8 % 4);
    e.bases = static_cast<basis_choice>(d / 32 % 4);
    e.priority = d / 16 % 9;
    e.weight = d % 5;
    e.purpose = d % 3;
    e.atomic = d / 64 == 1;
    e.consecutive = d / 64 == 2;
    if (d / 64 == 3) e.time_limit = in_.span();
    tell(e);
  }
  void rare(std::uint32_t what) {
    switch (what) {
      case 0:
      case 1:
      case 2: tell(event::erased{slot_id{in_.below(device_.size() + 4)}, false}); break;
      case 3: tell(event::calibration_needed{port_id{in_.below(4)}}); break;
      case 4:
      case 5: tell(event::device_state{port_id{in_.below(4)}, static_cast<event::health>(in_.below(3))}); break;
      case 6:
      case 7:
      case 8: path_up(in_.below(2)); break;
      case 9: {
        const duration delay = in_.span();
        tell(event::path_up{port_id{in_.below(4)}, path_id{in_.below(8)}, node_id{in_.below(6)}, delay, in_.span(),
                            in_.span()});
        break;
      }
      case 10:
      case 11: {
        const std::uint32_t port = in_.below(3);
        const fuzz_messages others{in_, node_->table(), device_};
        tell(event::path_down{port_id{port}, others.path(port)});
        break;
      }
      case 12: {  // every message again, to oneself or to others
        message m = device_.sent(in_.next());
        if (in_.below(2) == 0) m.to = node_->id();
        tell(event::received{m, duration::picoseconds(10'000'000)});
        break;
      }
      case 13: node_ = std::make_unique<basic_node<Profile>>(basic_node<Profile>{*node_}); break;
      default:  // a crash
        ++config_.incarnation;
        device_.start_again();
        node_ = std::make_unique<basic_node<Profile>>(config_, stack_);
        paths_up();
        break;
    }
  }

  void check() {
    if (device_.broken != nullptr) return;
    if (node_->unacknowledged().size() > node_->unacknowledged().capacity())
      device_.broken = "more messages are kept than there is room for";
    if (allocated_ != nullptr && allocated_() > at_first_ + growth + requests_ * growth_per_request)
      device_.broken = "memory grows without end";
  }

  static constexpr duration limit = duration::picoseconds(std::int64_t{1} << 60);

  fuzz_bytes& in_;
  options<Profile> stack_;
  node_config config_;
  fuzz_device device_;
  std::unique_ptr<basic_node<Profile>> node_;
  std::size_t (*allocated_)();
  std::size_t at_first_ = 0;
  std::size_t requests_ = 0;
  random_stream random_{1, random_purpose::user, 1};
  local_time now_{duration::picoseconds(1'000'000'000)};
  std::uint64_t cycle_ = 0;
};

}  // namespace ebit_test
