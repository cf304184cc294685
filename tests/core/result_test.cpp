// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>

// What would abort is thrown here instead. The types held below are local to this file, so that no other file's
// result is changed by it.
namespace {
struct broken_contract : std::runtime_error {
  using std::runtime_error::runtime_error;
};
}  // namespace
#define EBIT_ASSERTION_FAILED(expression, message) throw broken_contract(message)

#include <memory>
#include <utility>

#include <ebit/core/result.hpp>

#include "../support/catch.hpp"

namespace {

struct payload {
  std::string text;
  friend bool operator==(const payload&, const payload&) = default;
};

ebit::config_error some_error() { return {"fibre.length", "-3 km", "0 km to 40000 km"}; }

using holder = ebit::result<payload>;

}  // namespace

TEST_CASE("core.result: holds a value") {
  holder r = payload{"pair"};
  CHECK(r.has_value());
  CHECK(static_cast<bool>(r));
  CHECK(r.value().text == "pair");
  CHECK((*r).text == "pair");
  CHECK(r->text == "pair");
  r->text = "other";
  const holder copy = r;
  CHECK(*copy == payload{"other"});
  CHECK(copy->text == "other");
}

TEST_CASE("core.result: holds the reason why there is no value") {
  const holder r = some_error();
  CHECK_FALSE(r.has_value());
  CHECK_FALSE(static_cast<bool>(r));
  CHECK(r.error() == some_error());
  CHECK(r.error().what == "fibre.length");
}

TEST_CASE("core.result: reading what is not there breaks the contract") {
  holder failed = some_error();
  CHECK_THROWS_AS(failed.value(), broken_contract);
  CHECK_THROWS_AS(*failed, broken_contract);
  CHECK_THROWS_AS(failed->text, broken_contract);
  const holder good = payload{"pair"};
  CHECK_THROWS_AS(good.error(), broken_contract);
}

TEST_CASE("core.result: carries values that can only be moved, and errors of any type") {
  struct reason {
    int code;
  };
  using moved = ebit::result<std::unique_ptr<payload>, reason>;
  moved r = std::make_unique<payload>(payload{"pair"});
  moved other = std::move(r);
  CHECK((*other)->text == "pair");
  moved failed = reason{4};
  CHECK(failed.error().code == 4);
  CHECK_THROWS_AS(failed.value(), broken_contract);
}

TEST_CASE("core.result: a status is success or a reason") {
  const ebit::status fine = ebit::success{};
  CHECK(fine.has_value());
  const ebit::status wrong = some_error();
  CHECK_FALSE(wrong.has_value());
}

TEST_CASE("core.result: the message names the value, what was given and what is allowed") {
  ebit::config_error e = some_error();
  CHECK(e.message() == "fibre.length: given -3 km, allowed 0 km to 40000 km");
  e.where = "net.json:12";
  CHECK(e.message() == "net.json:12: fibre.length: given -3 km, allowed 0 km to 40000 km");
  e.given.clear();
  CHECK(e.message() == "net.json:12: fibre.length: allowed 0 km to 40000 km");
  e.allowed.clear();
  e.where.clear();
  CHECK(e.message() == "fibre.length");
}
