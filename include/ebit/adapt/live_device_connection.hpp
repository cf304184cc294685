// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/adapt/live_device.hpp>

// How a live backend comes by its connection, loses it, and gets another.
namespace ebit::adapt {

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
result<live_device<Application, Offers, Cipher>> live_device<Application, Offers, Cipher>::connect(
    live_options wanted, Application application, live_keys<Cipher> keys) {
  if (auto ok = wanted.validate(); !ok) return ok.error();
  live_device made{std::move(wanted), std::move(application), std::move(keys)};
  const auto end = steady::now() + made.options_.patience;
  while (!made.connected()) {
    made.exchange();
    if (made.connected()) break;
    if (made.refused_ || steady::now() >= end)
      return config_error{"live device at " + made.options_.address.text(), made.problem_, made.allowed_};
    made.idle(duration::picoseconds(10'000'000'000));
  }
  return made;
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
void live_device<Application, Offers, Cipher>::greet() {
  auto reached = stream_socket::connect(options_.address, std::chrono::milliseconds{100});
  if (!reached) {
    problem_ = reached.error().what;
    allowed_ = "a device that listens";
    again_ = steady::now() + pause_;
    pause_ = least(pause_ * 2, options_.longest_pause);
    return;
  }
  socket_ = std::move(*reached);
  in_.clear();
  out_.clear();
  if (connections_ == 0) start_ = steady::now();
  read_clock();
  std::vector<std::byte> clock;
  live::put(clock, now_.since_epoch().picoseconds());
  out_.add(live::control::clock, clock);
  out_.add(live::control::hello, live::written(live::hello{.node = options_.node,
                                                           .incarnation = options_.incarnation,
                                                           .needs = capabilities,
                                                           .slots_per_port = options_.slots_per_port}));
  state_ = state::greeting;
  again_ = steady::now() + options_.patience;
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
void live_device<Application, Offers, Cipher>::exchange() {
  if (state_ == state::apart) {
    if (refused_ || steady::now() < again_) return;
    greet();
    if (state_ == state::apart) return;
  }
  if constexpr (sealed_channel<Cipher>::seals)
    if (state_ == state::serving) channel_.greet_due(now_, out_);
  bool open = out_.flush(socket_) && out_.waiting() <= most_unread;
  do {
    open = in_.fill(socket_, [this](codec::frame_kind kind, std::span<const std::byte> c) {
      return take(kind, c);
    }) && open;
  } while (open && in_.more() && queue_.size() < most_queued);
  if (state_ == state::greeting && steady::now() >= again_) {
    problem_ = "no answer";
    allowed_ = "a device that answers";
    open = false;
  }
  if (!open) part();
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
bool live_device<Application, Offers, Cipher>::take(codec::frame_kind kind, std::span<const std::byte> content) {
  if (state_ == state::greeting && kind == kind_of(live::control::welcome)) return take_welcome(content);
  if (state_ == state::greeting && kind == kind_of(live::control::refusal)) {
    const std::string text{reinterpret_cast<const char*>(content.data()), content.size()};
    problem_ = text.substr(0, text.find('\n'));
    allowed_ = text.find('\n') == std::string::npos ? std::string{} : text.substr(text.find('\n') + 1);
    refused_ = true;
    return false;
  }
  if (state_ == state::serving && kind == codec::frame_kind::event) return take_event(content);
  if constexpr (sealed_channel<Cipher>::seals)
    if (state_ == state::serving && kind == kind_of(live::control::packet)) return take_packet(content);
  problem_ = "it sends what is not of this protocol";
  return false;
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
bool live_device<Application, Offers, Cipher>::take_welcome(std::span<const std::byte> content) {
  live::welcome answer;
  const auto refuse = [this](std::string given, std::string allowed) {
    problem_ = std::move(given);
    allowed_ = std::move(allowed);
    refused_ = true;
    return false;
  };
  if (!live::read(content, answer)) return refuse("a welcome that cannot be read", "a device of this version");
  if (auto fits = answer.limits.check(options_.slots_per_port, 0); !fits)
    return refuse(fits.error().what + ' ' + fits.error().given, fits.error().allowed);
  if (connections_ > 0 && answer.slow_down != welcome_.slow_down)
    return refuse("a clock slowed down by " + std::to_string(answer.slow_down),
                  std::to_string(welcome_.slow_down) + " as before");
  if constexpr (sealed_channel<Cipher>::seals)
    if (auto ok = channel_.begin(answer.incarnation); !ok)
      return refuse(ok.error().what + ' ' + ok.error().given, ok.error().allowed);
  if (connections_ > 0 && answer.session != welcome_.session) ++device_restarts_;
  welcome_ = std::move(answer);
  options_.incarnation = welcome_.incarnation;
  state_ = state::serving;
  pause_ = options_.first_pause;
  problem_.clear();
  ++connections_;
  return true;
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
bool live_device<Application, Offers, Cipher>::take_event(std::span<const std::byte> content) {
  codec::decoded<event::any> read = codec::decode_event(content);
  if (!read) {
    problem_ = "an event that cannot be read: " + std::string{codec::name_of(read.error)};
    return false;
  }
  if constexpr (sealed_channel<Cipher>::seals)
    if (std::holds_alternative<event::received>(read.value)) {
      channel_.refuse_unsealed();
      return true;
    }
  if (std::visit([this](const auto& e) { return relies_.told(e); }, read.value))
    queue_.push_back({read.value, in_.stamp()});
  return true;
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
bool live_device<Application, Offers, Cipher>::take_packet(std::span<const std::byte> content) {
  if (content.size() < sizeof(std::int64_t)) {
    problem_ = "a packet that cannot be read";
    return false;
  }
  const auto flight =
      duration::picoseconds(static_cast<std::int64_t>(codec::detail::load<std::uint64_t>(content.data())));
  if (const auto m = channel_.receive(content.subspan(sizeof(std::int64_t)), now_, out_))
    queue_.push_back({event::received{*m, flight}, in_.stamp()});
  return true;
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
void live_device<Application, Offers, Cipher>::part() {
  if constexpr (sealed_channel<Cipher>::seals) channel_.end();
  if (state_ == state::serving && problem_.empty()) problem_ = "the connection broke";
  socket_.close();
  out_.clear();
  state_ = state::apart;
  again_ = steady::now() + pause_;
  pause_ = least(pause_ * 2, options_.longest_pause);
  relies_.lose([this](const auto& e) { push(e); });
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
template <class Handler>
bool live_device<Application, Offers, Cipher>::poll(Handler&& handler) {
  if (told_ == queue_.size()) {
    queue_.clear();
    told_ = 0;
    exchange();
  }
  read_clock();
  if (told_ == queue_.size()) return false;
  news next = queue_[told_++];
  if (event::received* letter = std::get_if<event::received>(&next.what); letter != nullptr)
    letter->flight += now_ - next.stamp;
  ++events_;
  std::visit(handler, next.what);
  return true;
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
void live_device<Application, Offers, Cipher>::wait(local_time until) {
  if (told_ < queue_.size()) return;
  exchange();
  read_clock();
  if (told_ < queue_.size() || until <= now_) return;
  idle(real(until - now_));
  read_clock();
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
void live_device<Application, Offers, Cipher>::idle(duration span) {
  if (state_ == state::apart) {
    const auto pause = std::chrono::duration_cast<std::chrono::nanoseconds>(again_ - steady::now()).count();
    if (!refused_) span = least(span, duration::picoseconds(greatest<std::int64_t>(pause, 0)) * 1'000);
    wait_for({}, span);
    return;
  }
  if constexpr (sealed_channel<Cipher>::seals)
    if (const auto next = channel_.next(); next != steady::time_point::max())
      span = least(span, duration::picoseconds(greatest<std::int64_t>(
                             std::chrono::duration_cast<std::chrono::nanoseconds>(next - steady::now()).count(), 0)) *
                             1'000);
  pollfd one{socket_.handle(), static_cast<short>(out_.waiting() > 0 ? POLLIN | POLLOUT : POLLIN), 0};
  wait_for({&one, 1}, span);
}

template <class Application, backend::capabilities Offers, backend::seal_policy Cipher>
template <class Action>
  requires(live::is_offered<Action, Offers>)
void live_device<Application, Offers, Cipher>::perform(const Action& wanted) {
  ++actions_;
  if constexpr (std::is_same_v<Action, action::deliver> || std::is_same_v<Action, action::revoke> ||
                std::is_same_v<Action, action::report>)
    (*application_)(wanted);
  if constexpr (sealed_channel<Cipher>::seals && std::is_same_v<Action, action::send>) {
    if (state_ == state::serving) channel_.send(now_, wanted.content, out_);
    return;
  }
  const bool went = state_ == state::serving && out_.add(now_, wanted);
  if (went)
    relies_.performed(wanted);
  else if constexpr (requires { wanted.operation; } && !std::is_same_v<Action, action::stop>)
    push(event::failed{wanted.operation, failure::fault});
}

}  // namespace ebit::adapt
