// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/backend/codec_bodies.hpp>
#include <ebit/backend/codec_layout.hpp>
#include <ebit/orchestrate/stock_wire.hpp>

/// The bodies of what two endpoints say to each other about pairs in stock, byte by byte.
namespace ebit::codec::detail {

template <>
struct layout<wire::claim>
    : fields<field<&wire::claim::good_for>, field<&wire::claim::name>, field<&wire::claim::request>,
             field<&wire::claim::number>, field<&wire::claim::purpose>, field<&wire::claim::fidelity>,
             field<&wire::claim::again>> {};

template <>
struct layout<wire::stored> : fields<field<&wire::stored::moved_in>, field<&wire::stored::name>,
                                     field<&wire::stored::incarnation>, unwritten<&wire::stored::reserved>> {};

template <>
struct layout<wire::claim_answered>
    : fields<field<&wire::claim_answered::name>, field<&wire::claim_answered::request>,
             field<&wire::claim_answered::again>, field<&wire::claim_answered::incarnation>,
             field<&wire::claim_answered::half, at_most<wire::claim_answered::given>>,
             unwritten<&wire::claim_answered::reserved>> {};

template <>
struct layout<wire::unstocked>
    : fields<field<&wire::unstocked::name>, field<&wire::unstocked::incarnation>,
             field<&wire::unstocked::had_no_room, is_bit>, unwritten<&wire::unstocked::reserved>> {};

template <>
struct layout<wire::borrow>
    : fields<field<&wire::borrow::request>, field<&wire::borrow::number>, field<&wire::borrow::pairs>,
             field<&wire::borrow::tenant>, field<&wire::borrow::purpose>, field<&wire::borrow::incarnation>,
             field<&wire::borrow::min_fidelity>> {};

template <>
struct layout<wire::lent> : fields<field<&wire::lent::number>, field<&wire::lent::pairs>> {};

}  // namespace ebit::codec::detail
