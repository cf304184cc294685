// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/orchestrate/control_flights.hpp>
#include <ebit/orchestrate/controller.hpp>

// What a controller begins with.
namespace ebit::orchestrate {

template <router Router, light_forecaster Forecaster>
controller<Router, Forecaster>::controller(node_id self, shared_constant<fabric> of, controller_options how,
                                           Router policy, Forecaster prophet, std::uint16_t incarnation)
    : how_{std::move(how)},
      fabric_{std::move(of)},
      policy_{std::move(policy)},
      forecaster_{std::move(prophet)},
      courier_{self, how_.link, 16 * fabric_->elements().size() + 256, how_.farthest * 2},
      endpoints_{static_cast<std::uint32_t>(fabric_->endpoints().size())},
      built_{*fabric_},
      sound_{built_},
      state_{built_},
      seen_{*fabric_, how_.measure},
      losses_{*fabric_},
      joins_{*fabric_},
      agents_(fabric_->elements().size()),
      book_{endpoints_, how_.most_requests, how_.most_passed},
      tickets_(endpoints_),
      stopovers_{*fabric_, ends_of(how_.trunks)},
      is_freed_(endpoints_, 0),
      leases_{endpoints_},
      walks_{how_.trunks.size()},
      log_{fabric_->spans().size()},
      survey_{endpoints_} {
  EBIT_ASSERT(how_.validate().has_value(), "controller: options out of range");
  if constexpr (requires { policy_.validate(); })
    EBIT_ASSERT(policy_.validate().has_value(), "controller: options of its router out of range");
  EBIT_ASSERT(fabric_->validate().has_value(), "controller: a fabric that is none");
  const std::size_t kinds = fabric_->analyser_models().size();
  for (std::size_t k = 0; k < kinds && kinds > 1; ++k) losses_by_kind_.push_back(losses_.by(k));
  ways_.resize(least(std::size_t{endpoints_} * endpoints_ * (losses_by_kind_.size() + 1), most_ways));
  analysers_.resize(kinds);
  for (const element_id x : fabric_->analysers()) ++analysers_[fabric_->at(x).model].installed;
  std::uint32_t ports = 0;
  for (const element_id e : fabric_->endpoints()) ports += fabric_->at(e).ports;
  tenants_ = tenants{how_.sharing, ports};
  news_offsets_.push_back(0);
  for (const element& e : fabric_->elements()) news_offsets_.push_back(news_offsets_.back() + 2U * e.ports + 1U);
  news_.assign(news_offsets_.back(), 0);
  told_of_ports_.assign(news_offsets_.back(), 0);
  for (const node_id n : how_.controllers) others_.push_back({n, {}, false});
  rank_ = rank_of(self);
  EBIT_ASSERT(others_.empty() || rank_ < others_.size(), "controller: not among the controllers of its own options");
  const element_id here = rank_ < how_.stands_at.size() ? how_.stands_at[rank_] : element_id::none();
  const std::vector<duration> flights = control_flights(*fabric_, here);
  for (std::size_t e = 0; e < agents_.size(); ++e) {
    agents_[e].flight = flights[e].is_never() ? how_.farthest : flights[e] + how_.to_fabric;
    agents_[e].is_known = incarnation == 0;  // all begin together
  }
  next_path_ = how_.first_path.value() + rank_;
  in_office_ = rank_ == 0 && incarnation == 0;
  life_ = static_cast<std::uint8_t>(incarnation & 0xffU);
  if (in_office_) term_ = static_cast<std::uint16_t>(ranks());
}

}  // namespace ebit::orchestrate
