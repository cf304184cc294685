// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebit/core/assert.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::orchestrate {

/// What one tenant of the fabric is entitled to.
struct tenant_terms {
  std::uint16_t weight = 1;               ///< its part of what all want, in proportion to the others'; 1 or more
  std::uint32_t most_waiting = 1U << 20;  ///< requests not yet served; further ones are refused for `quota`
  std::uint32_t most_leases = 1U << 20;   ///< light paths at a time; further ones wait
  double most_share = 1;                  ///< of the time of all ports, above 0 to 1; what goes beyond waits
};

/// How the fabric is shared.
struct tenancy {
  std::vector<tenant_terms> tenants{tenant_terms{}};  ///< by their numbers from 0; others are unknown
  /// Nobody gets more than his weight's part, also where the others leave theirs: what a tenant has then does not
  /// depend on what the others want.
  bool strict = false;
  duration burst = duration::picoseconds(1'000'000'000);  ///< so much of an unused share is kept for later

  [[nodiscard]] status validate() const {
    if (tenants.empty() || tenants.size() > 65'535)
      return config_error{"tenancy.tenants", std::to_string(tenants.size()), "1 to 65535 tenants"};
    for (const tenant_terms& t : tenants) {
      if (t.weight == 0) return config_error{"tenancy.weight", "0", "1 to 65535"};
      if (!(t.most_share > 0 && t.most_share <= 1))
        return config_error{"tenancy.most_share", ebit::detail::number_text(t.most_share), "above 0, up to 1"};
      if (t.most_leases == 0) return config_error{"tenancy.most_leases", "0", "1 or more"};
    }
    if (burst <= duration::zero() || burst.is_never())
      return config_error{"tenancy.burst", ebit::detail::duration_text(burst), "more than 0 s"};
    return success{};
  }
};

/// Who has had how much, and who is next. What is shared out is the time of ports: a light path costs its two ports
/// as long as it is held, however many pairs come of it.
///
/// Start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996) over tenants: each has a virtual finish, which grows by
/// cost / weight; the least goes next; a tenant that comes back after a pause starts at the present of the virtual
/// clock, without credit for the past. One that could not be served for want of a way keeps its place. Shares are
/// enforced by a bucket that fills at the share's rate, up to `burst`.
class tenants {
 public:
  tenants() = default;
  /// `ports`: of all endpoints together. The tenancy has to be valid.
  tenants(const tenancy& how, std::uint32_t ports) : how_{how}, accounts_(how.tenants.size()) {
    EBIT_ASSERT(how.validate().has_value(), "tenants: a tenancy out of range");
    double weights = 0;
    for (const tenant_terms& t : how.tenants) weights += t.weight;
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
      const tenant_terms& t = how.tenants[i];
      const double part = t.weight / weights;
      const double share = how.strict && part < t.most_share ? part : t.most_share;
      accounts_[i].fill = share * ports;
      accounts_[i].is_limited = share < 1;
      accounts_[i].credit = accounts_[i].fill * static_cast<double>(how.burst.picoseconds());
    }
  }

  [[nodiscard]] std::size_t size() const { return accounts_.size(); }
  [[nodiscard]] bool knows(std::uint16_t tenant) const { return tenant < accounts_.size(); }
  [[nodiscard]] const tenant_terms& terms(std::uint16_t tenant) const { return how_.tenants[tenant]; }
  [[nodiscard]] std::uint32_t waiting(std::uint16_t tenant) const { return accounts_[tenant].waiting; }
  [[nodiscard]] std::uint32_t leases(std::uint16_t tenant) const { return accounts_[tenant].leases; }
  /// Time of ports that the tenant has had, and what is reckoned for what it holds.
  [[nodiscard]] duration used(std::uint16_t tenant) const { return duration::picoseconds(accounts_[tenant].used); }

  /// Whether one more request of his may enter.
  [[nodiscard]] bool may_wait(std::uint16_t tenant) const {
    return accounts_[tenant].waiting < how_.tenants[tenant].most_waiting;
  }
  /// The same for stock, which leaves room for what is asked for.
  [[nodiscard]] bool may_stock_wait(std::uint16_t tenant) const {
    return accounts_[tenant].waiting < how_.tenants[tenant].most_waiting / 2;
  }
  void enters(std::uint16_t tenant) {
    account& a = accounts_[tenant];
    if (a.waiting++ == 0 && a.leases == 0 && is_before(a.finish, now_)) a.finish = now_;
  }
  void leaves(std::uint16_t tenant) {
    EBIT_ASSERT(accounts_[tenant].waiting > 0, "tenants: more requests left than entered");
    --accounts_[tenant].waiting;
  }

  /// Whether he may have so many more light paths at a time, whatever his share.
  [[nodiscard]] bool may_hold(std::uint16_t tenant, std::uint32_t paths) const {
    return std::uint64_t{accounts_[tenant].leases} + paths <= how_.tenants[tenant].most_leases;
  }
  /// Whether he may have so many more light paths now.
  [[nodiscard]] bool may_start(std::uint16_t tenant, local_time now, std::uint32_t paths = 1) const {
    const account& a = accounts_[tenant];
    return may_hold(tenant, paths) && (!a.is_limited || credit_at(a, now) > 0);
  }
  /// The same for stock, which leaves him another light path and half of what his share allows at once.
  [[nodiscard]] bool may_start_stock(std::uint16_t tenant, local_time now, std::uint32_t paths = 1) const {
    const account& a = accounts_[tenant];
    const double half = a.fill * static_cast<double>(how_.burst.picoseconds()) / 2;
    return may_hold(tenant, paths + 1) && (!a.is_limited || credit_at(a, now) > half);
  }
  /// When the share of one that may not start allows it again, if nothing ends meanwhile; `never` if it is not the
  /// share that keeps him.
  [[nodiscard]] local_time may_start_at(std::uint16_t tenant, local_time now) const {
    const account& a = accounts_[tenant];
    if (!a.is_limited) return local_time::never();
    const double missing = -credit_at(a, now);
    if (missing < 0) return local_time::never();
    return now + duration::picoseconds(static_cast<std::int64_t>(missing / a.fill) + 1);
  }
  /// The virtual finish of one more light path of that cost; compare by `goes_before`.
  [[nodiscard]] std::uint64_t finish_of(std::uint16_t tenant, duration cost) const {
    return accounts_[tenant].finish + weighed(tenant, cost.picoseconds());
  }
  [[nodiscard]] static bool goes_before(std::uint64_t a, std::uint64_t b) { return is_before(a, b); }

  /// He gets a light path that is reckoned to cost so much time of ports.
  void starts(std::uint16_t tenant, duration cost, local_time now) {
    account& a = accounts_[tenant];
    ++a.leases;
    const std::uint64_t start = a.finish;
    charge(tenant, cost.picoseconds(), now);
    if (is_before(now_, start)) now_ = start;
  }
  /// It has ended, and cost something else.
  void ends(std::uint16_t tenant, duration reckoned, duration cost, local_time now) {
    EBIT_ASSERT(accounts_[tenant].leases > 0, "tenants: more light paths ended than began");
    --accounts_[tenant].leases;
    charge(tenant, (cost - reckoned).picoseconds(), now);
  }

  /// For a controller that stands by: the account as it is written down.
  [[nodiscard]] std::uint64_t finish(std::uint16_t tenant) const { return accounts_[tenant].finish; }
  [[nodiscard]] std::uint64_t virtual_now() const { return now_; }
  void restore(std::uint16_t tenant, std::uint64_t finish, std::uint64_t now) {
    accounts_[tenant].finish = finish;
    if (is_before(now_, now)) now_ = now;
  }

 private:
  struct account {
    std::uint64_t finish = 0;  ///< on the virtual clock: picoseconds of ports per unit of weight
    double fill = 0;           ///< ports' worth of time per time
    double credit = 0;         ///< picoseconds of ports, at `credited`
    local_time credited;
    bool is_limited = false;
    std::uint32_t waiting = 0;
    std::uint32_t leases = 0;
    std::int64_t used = 0;
  };

  /// Order on a clock that wraps around.
  [[nodiscard]] static constexpr bool is_before(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::int64_t>(a - b) < 0;
  }
  [[nodiscard]] std::uint64_t weighed(std::uint16_t tenant, std::int64_t cost) const {
    return static_cast<std::uint64_t>(cost / how_.tenants[tenant].weight);
  }
  [[nodiscard]] double credit_at(const account& a, local_time now) const {
    const double full = a.fill * static_cast<double>(how_.burst.picoseconds());
    const double filled = a.credit + a.fill * static_cast<double>((now - a.credited).picoseconds());
    return filled < full ? filled : full;
  }
  void charge(std::uint16_t tenant, std::int64_t cost, local_time now) {
    account& a = accounts_[tenant];
    a.credit = credit_at(a, now) - static_cast<double>(cost);
    a.credited = now;
    a.used += cost;
    a.finish += weighed(tenant, cost);
  }

  tenancy how_;
  std::vector<account> accounts_;
  std::uint64_t now_ = 0;
};

}  // namespace ebit::orchestrate
