// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>

namespace ebit::adapt {

/// Scripts that can go on, in the order in which they became able to. Nothing but the event loop resumes a script, and
/// never from within another: awaiting does not make the stack grow, on compilers without tail calls either.
class ready_queue {
 public:
  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  void push(std::coroutine_handle<> next) { waiting_.push_back(next); }
  void resume_next() {
    const std::coroutine_handle<> next = waiting_.front();
    waiting_.pop_front();
    next.resume();
  }

 private:
  std::deque<std::coroutine_handle<>> waiting_;
};

/// Makes a script able to go on once all it waits for has come.
class latch {
 public:
  latch() = default;
  latch(std::size_t awaited, std::coroutine_handle<> waiter, ready_queue& queue)
      : awaited_{awaited}, waiter_{waiter}, queue_{&queue} {}

  [[nodiscard]] ready_queue& queue() const { return *queue_; }
  void arrive() {
    EBIT_ASSERT(awaited_ > 0, "something a script waits for came twice");
    if (--awaited_ == 0) queue_->push(waiter_);
  }

 private:
  std::size_t awaited_ = 0;
  std::coroutine_handle<> waiter_;
  ready_queue* queue_ = nullptr;
};

namespace detail {

class promise_base {
 public:
  /// Where this coroutine's awaits come back to.
  ready_queue* queue = nullptr;
  /// Who waits for its end; nobody for a spawned one, which is put on a list instead.
  latch* awaited_by = nullptr;
  std::vector<std::uint64_t>* ended = nullptr;
  std::uint64_t number = 0;
  std::exception_ptr thrown;

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] auto final_suspend() const noexcept { return at_end{}; }
  void unhandled_exception() { thrown = std::current_exception(); }

 private:
  struct at_end {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      promise_base& p = self.promise();
      if (p.ended != nullptr) p.ended->push_back(p.number);
      if (p.awaited_by != nullptr) p.awaited_by->arrive();
    }
    void await_resume() const noexcept {}
  };
};

template <class T>
class promise_value : public promise_base {
 public:
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  [[nodiscard]] T take() { return std::move(*value_); }

 private:
  std::optional<T> value_;
};
template <>
class promise_value<void> : public promise_base {
 public:
  void return_void() const noexcept {}
  void take() const noexcept {}
};

/// What all awaitables of scripts share: `start(latch&)` sets them going and has the latch told once, at the end but
/// never before `start` has returned control to the event loop.
template <class Derived>
class awaitable {
 public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
    requires std::is_base_of_v<promise_base, Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    latch_ = latch{1, waiter, *waiter.promise().queue};
    static_cast<Derived*>(this)->start(latch_);
  }

 private:
  latch latch_;
};

}  // namespace detail

/// A script, or a part of one that another awaits: a coroutine that begins when it is spawned or awaited and gives a
/// `T`. It owns its frame; to destroy it mid-way destroys what it has on its (coroutine) stack.
template <class T = void>
class [[nodiscard]] task : public detail::awaitable<task<T>> {
 public:
  class promise_type : public detail::promise_value<T> {
   public:
    [[nodiscard]] task get_return_object() { return task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
  };

  task(task&& other) noexcept : self_{std::exchange(other.self_, {})} {}
  task& operator=(task&& other) noexcept {
    std::swap(self_, other.self_);
    return *this;
  }
  task(const task&) = delete;
  task& operator=(const task&) = delete;
  ~task() {
    if (self_) self_.destroy();
  }

  void start(latch& end) {
    self_.promise().awaited_by = &end;
    begin(end.queue());
  }
  /// The value, once; or the exception that ended it.
  T await_resume() {
    if (self_.promise().thrown) std::rethrow_exception(std::exchange(self_.promise().thrown, nullptr));
    return self_.promise().take();
  }

  /// For event loops: begins it with nobody waiting; at its end `number` is added to `ended`.
  void spawn(ready_queue& queue, std::vector<std::uint64_t>& ended, std::uint64_t number) {
    self_.promise().ended = &ended;
    self_.promise().number = number;
    begin(queue);
  }

 private:
  explicit task(std::coroutine_handle<promise_type> self) : self_{self} {}

  void begin(ready_queue& queue) {
    EBIT_ASSERT(self_ && self_.promise().queue == nullptr, "a task is spawned or awaited once");
    self_.promise().queue = &queue;
    queue.push(self_);
  }

  std::coroutine_handle<promise_type> self_;
};

/// What a script gets for something that has no value, where a value is needed.
struct nothing {
  friend bool operator==(nothing, nothing) = default;
};

namespace detail {

template <class Awaitable>
[[nodiscard]] auto value_of(Awaitable& a) {
  if constexpr (std::is_void_v<decltype(a.await_resume())>) {
    a.await_resume();
    return nothing{};
  } else {
    return a.await_resume();
  }
}

template <class... Awaitables>
class [[nodiscard]] all_of {
 public:
  explicit all_of(Awaitables&&... parts) : parts_{std::move(parts)...} {}

  [[nodiscard]] bool await_ready() const noexcept { return sizeof...(Awaitables) == 0; }
  template <class Promise>
    requires std::is_base_of_v<promise_base, Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    latch_ = latch{sizeof...(Awaitables), waiter, *waiter.promise().queue};
    std::apply([this](auto&... part) { (part.start(latch_), ...); }, parts_);
  }
  auto await_resume() {
    return std::apply([](auto&... part) { return std::tuple<decltype(value_of(part))...>{value_of(part)...}; },
                      parts_);
  }

 private:
  std::tuple<Awaitables...> parts_;
  latch latch_;
};

template <class Awaitable>
class [[nodiscard]] all_in {
 public:
  explicit all_in(std::vector<Awaitable> parts) : parts_{std::move(parts)} {}

  [[nodiscard]] bool await_ready() const noexcept { return parts_.empty(); }
  template <class Promise>
    requires std::is_base_of_v<promise_base, Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    latch_ = latch{parts_.size(), waiter, *waiter.promise().queue};
    for (Awaitable& part : parts_) part.start(latch_);
  }
  auto await_resume() {
    std::vector<decltype(value_of(parts_.front()))> values;
    values.reserve(parts_.size());
    for (Awaitable& part : parts_) values.push_back(value_of(part));
    return values;
  }

 private:
  std::vector<Awaitable> parts_;
  latch latch_;
};

}  // namespace detail

/// Waits for everything given, started in this order; a tuple of the values, `nothing` for what has none. If a part
/// ends in an exception, the first such part's is thrown when all have ended.
template <class... Awaitables>
  requires(!std::is_lvalue_reference_v<Awaitables> && ...)
[[nodiscard]] auto all(Awaitables&&... parts) {
  return detail::all_of<Awaitables...>{std::move(parts)...};
}
template <class First, class Second>
[[nodiscard]] auto both(First&& first, Second&& second) {
  return all(std::forward<First>(first), std::forward<Second>(second));
}
/// The same for any number of one kind; a vector of the values.
template <class Awaitable>
[[nodiscard]] auto all(std::vector<Awaitable> parts) {
  return detail::all_in<Awaitable>{std::move(parts)};
}

}  // namespace ebit::adapt
