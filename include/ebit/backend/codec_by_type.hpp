// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <ebit/backend/codec_bodies.hpp>
#include <ebit/backend/codec_bodies_link_state.hpp>
#include <ebit/backend/codec_bodies_office.hpp>
#include <ebit/backend/codec_bodies_service.hpp>
#include <ebit/backend/codec_bodies_stock.hpp>

/// Which body has which type number. The set is closed, and the same in every program: whoever reads a stream knows
/// all of the library's messages, also those it has no use for.
namespace ebit::codec::detail {

/// `Act::template of<Body>(args...)` for the library's body of this type number; if there is none,
/// `Act::other(args...)`.
template <class Act, class... Args>
EBIT_ALWAYS_INLINE auto with_body(std::uint8_t type, Args&... args) noexcept {
  switch (type) {
    case wire::acknowledged::type: return Act::template of<wire::acknowledged>(args...);
    case wire::hello::type: return Act::template of<wire::hello>(args...);
    case wire::link_started::type: return Act::template of<wire::link_started>(args...);
    case wire::distilled::type: return Act::template of<wire::distilled>(args...);
    case wire::swapped::type: return Act::template of<wire::swapped>(args...);
    case wire::expired::type: return Act::template of<wire::expired>(args...);
    case wire::install::type: return Act::template of<wire::install>(args...);
    case wire::ready::type: return Act::template of<wire::ready>(args...);
    case wire::refused::type: return Act::template of<wire::refused>(args...);
    case wire::go::type: return Act::template of<wire::go>(args...);
    case wire::torn_down::type: return Act::template of<wire::torn_down>(args...);
    case wire::available::type: return Act::template of<wire::available>(args...);
    case wire::delivered::type: return Act::template of<wire::delivered>(args...);
    case wire::broken::type: return Act::template of<wire::broken>(args...);
    case wire::tested::type: return Act::template of<wire::tested>(args...);
    case wire::enqueue::type: return Act::template of<wire::enqueue>(args...);
    case wire::not_enqueued::type: return Act::template of<wire::not_enqueued>(args...);
    case wire::dequeued::type: return Act::template of<wire::dequeued>(args...);
    case wire::advertisement::type: return Act::template of<wire::advertisement>(args...);
    case wire::advertised::type: return Act::template of<wire::advertised>(args...);
    case wire::ask::type: return Act::template of<wire::ask>(args...);
    case wire::grant::type: return Act::template of<wire::grant>(args...);
    case wire::switch_plan::type: return Act::template of<wire::switch_plan>(args...);
    case wire::withdraw::type: return Act::template of<wire::withdraw>(args...);
    case wire::answered::type: return Act::template of<wire::answered>(args...);
    case wire::released::type: return Act::template of<wire::released>(args...);
    case wire::plan_result::type: return Act::template of<wire::plan_result>(args...);
    case wire::health_news::type: return Act::template of<wire::health_news>(args...);
    case wire::cancel::type: return Act::template of<wire::cancel>(args...);
    case wire::heartbeat::type: return Act::template of<wire::heartbeat>(args...);
    case wire::took_over::type: return Act::template of<wire::took_over>(args...);
    case wire::holding::type: return Act::template of<wire::holding>(args...);
    case wire::surveyed::type: return Act::template of<wire::surveyed>(args...);
    case wire::log_lease::type: return Act::template of<wire::log_lease>(args...);
    case wire::log_spans::type: return Act::template of<wire::log_spans>(args...);
    case wire::log_end::type: return Act::template of<wire::log_end>(args...);
    case wire::log_tenant::type: return Act::template of<wire::log_tenant>(args...);
    case wire::recorded::type: return Act::template of<wire::recorded>(args...);
    case wire::deposed::type: return Act::template of<wire::deposed>(args...);
    case wire::leg::type: return Act::template of<wire::leg>(args...);
    case wire::claim::type: return Act::template of<wire::claim>(args...);
    case wire::stored::type: return Act::template of<wire::stored>(args...);
    case wire::claim_answered::type: return Act::template of<wire::claim_answered>(args...);
    case wire::unstocked::type: return Act::template of<wire::unstocked>(args...);
    case wire::borrow::type: return Act::template of<wire::borrow>(args...);
    case wire::lent::type: return Act::template of<wire::lent>(args...);
    default: return Act::other(args...);
  }
}

}  // namespace ebit::codec::detail
