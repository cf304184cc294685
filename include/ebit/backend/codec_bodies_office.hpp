// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/backend/codec_bodies_service.hpp>
#include <ebit/orchestrate/wire_office.hpp>

/// The bodies of what is said where there are several controllers, byte by byte.
namespace ebit::codec::detail {

template <>
struct layout<wire::heartbeat> : fields<field<&wire::heartbeat::number>, field<&wire::heartbeat::oldest>,
                                        field<&wire::heartbeat::term>, unwritten<&wire::heartbeat::reserved>> {};

template <>
struct layout<wire::took_over> : fields<field<&wire::took_over::term>, field<&wire::took_over::number>,
                                        field<&wire::took_over::life>, unwritten<&wire::took_over::reserved>> {};

template <>
struct layout<wire::holding>
    : fields<field<&wire::holding::path>, field<&wire::holding::request>, field<&wire::holding::peer>,
             field<&wire::holding::delivered>, field<&wire::holding::port>, field<&wire::holding::term>,
             field<&wire::holding::role, is_role>, unwritten<&wire::holding::reserved>> {};

template <>
struct layout<wire::surveyed>
    : fields<field<&wire::surveyed::latest>, field<&wire::surveyed::next_ticket>, field<&wire::surveyed::leases>,
             field<&wire::surveyed::asks>, field<&wire::surveyed::term>, field<&wire::surveyed::incarnation>> {};

template <>
struct layout<wire::log_lease>
    : fields<field<&wire::log_lease::path>, field<&wire::log_lease::request>, field<&wire::log_lease::head>,
             field<&wire::log_lease::tail>, field<&wire::log_lease::ticket>, field<&wire::log_lease::analyser>,
             field<&wire::log_lease::pairs>, field<&wire::log_lease::term>, field<&wire::log_lease::tenant>,
             field<&wire::log_lease::spans_a>, field<&wire::log_lease::spans_b>, field<&wire::log_lease::lease>,
             field<&wire::log_lease::flags, is_wish>, unwritten<&wire::log_lease::reserved>> {};

template <>
struct layout<wire::log_spans>
    : fields<field<&wire::log_spans::path>, field<&wire::log_spans::first>, array_field<&wire::log_spans::spans>,
             field<&wire::log_spans::term>, field<&wire::log_spans::count, at_most<wire::log_spans::most>>,
             unwritten<&wire::log_spans::reserved>> {};

template <>
struct layout<wire::log_end>
    : fields<field<&wire::log_end::path>, field<&wire::log_end::term>, unwritten<&wire::log_end::reserved>> {};

template <>
struct layout<wire::log_tenant>
    : fields<field<&wire::log_tenant::finish>, field<&wire::log_tenant::now>, field<&wire::log_tenant::number>,
             field<&wire::log_tenant::tenant>, field<&wire::log_tenant::term>> {};

template <>
struct layout<wire::recorded>
    : fields<field<&wire::recorded::path>, field<&wire::recorded::term>, unwritten<&wire::recorded::reserved>> {};

template <>
struct layout<wire::deposed>
    : fields<field<&wire::deposed::term>, field<&wire::deposed::life>, unwritten<&wire::deposed::reserved>> {};

}  // namespace ebit::codec::detail
