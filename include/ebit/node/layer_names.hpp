// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ebit {

// A member that nobody reads is silently ignored, and C++20 cannot list the members of a class; but it can be asked
// for each of the names that are easily written for a layer's: slips of the finger in them and words for the same
// thing.

// clang-format off
#define EBIT_NO_LAYER(name) (!requires { typename Profile::name; })

template <class Profile>
concept has_no_misspelt_link =
    EBIT_NO_LAYER(Link) &&
    EBIT_NO_LAYER(ilnk) && EBIT_NO_LAYER(ink) && EBIT_NO_LAYER(liink) && EBIT_NO_LAYER(lik) &&
    EBIT_NO_LAYER(likn) && EBIT_NO_LAYER(limk) && EBIT_NO_LAYER(link_policy) &&
    EBIT_NO_LAYER(link_type) && EBIT_NO_LAYER(linker) && EBIT_NO_LAYER(linking) && EBIT_NO_LAYER(linkk) &&
    EBIT_NO_LAYER(links) && EBIT_NO_LAYER(linnk) && EBIT_NO_LAYER(llink) && EBIT_NO_LAYER(lnik) &&
    EBIT_NO_LAYER(lnk) && EBIT_NO_LAYER(link_layer) && EBIT_NO_LAYER(physical_link);

template <class Profile>
concept has_no_misspelt_herald =
    EBIT_NO_LAYER(Herald) && EBIT_NO_LAYER(ehrald) && EBIT_NO_LAYER(erald) && EBIT_NO_LAYER(heald) &&
    EBIT_NO_LAYER(hearld) && EBIT_NO_LAYER(heerald) && EBIT_NO_LAYER(heraald) && EBIT_NO_LAYER(herad) &&
    EBIT_NO_LAYER(heradl) && EBIT_NO_LAYER(heral) && EBIT_NO_LAYER(herald_policy) && EBIT_NO_LAYER(herald_type) &&
    EBIT_NO_LAYER(heraldd) && EBIT_NO_LAYER(heralder) && EBIT_NO_LAYER(heralding) && EBIT_NO_LAYER(heralds) &&
    EBIT_NO_LAYER(heralld) && EBIT_NO_LAYER(herlad) && EBIT_NO_LAYER(herld) && EBIT_NO_LAYER(herrald) &&
    EBIT_NO_LAYER(heralding_policy) && EBIT_NO_LAYER(herald_scheme) && EBIT_NO_LAYER(heralding_scheme) &&
    EBIT_NO_LAYER(hherald) && EBIT_NO_LAYER(hrald) && EBIT_NO_LAYER(hreald);

template <class Profile>
concept has_no_misspelt_purify =
    EBIT_NO_LAYER(Purify) && EBIT_NO_LAYER(distil) && EBIT_NO_LAYER(distilation) && EBIT_NO_LAYER(distill) &&
    EBIT_NO_LAYER(distillation) && EBIT_NO_LAYER(distiller) && EBIT_NO_LAYER(ppurify) && EBIT_NO_LAYER(prify) &&
    EBIT_NO_LAYER(pruify) && EBIT_NO_LAYER(puify) && EBIT_NO_LAYER(puirfy) && EBIT_NO_LAYER(purefy) &&
    EBIT_NO_LAYER(purfiy) && EBIT_NO_LAYER(purfy) && EBIT_NO_LAYER(purif) && EBIT_NO_LAYER(puriffy) &&
    EBIT_NO_LAYER(purification) && EBIT_NO_LAYER(purifier) && EBIT_NO_LAYER(purifies) && EBIT_NO_LAYER(purifiy) &&
    EBIT_NO_LAYER(purify_policy) && EBIT_NO_LAYER(purify_type) && EBIT_NO_LAYER(purifyer) &&
    EBIT_NO_LAYER(purifying) && EBIT_NO_LAYER(purifys) && EBIT_NO_LAYER(purifyy) && EBIT_NO_LAYER(puriify) &&
    EBIT_NO_LAYER(puriy) && EBIT_NO_LAYER(puriyf) && EBIT_NO_LAYER(purrify) &&
    EBIT_NO_LAYER(purification_policy) && EBIT_NO_LAYER(purification_type) && EBIT_NO_LAYER(purifying_policy) &&
    EBIT_NO_LAYER(distil_policy) && EBIT_NO_LAYER(distill_policy) && EBIT_NO_LAYER(distillation_policy) &&
    EBIT_NO_LAYER(puurify) && EBIT_NO_LAYER(uprify) && EBIT_NO_LAYER(urify);

template <class Profile>
concept has_no_misspelt_swap =
    EBIT_NO_LAYER(Swap) && EBIT_NO_LAYER(sap) && EBIT_NO_LAYER(sawp) && EBIT_NO_LAYER(sswap) && EBIT_NO_LAYER(swa) &&
    EBIT_NO_LAYER(swaap) && EBIT_NO_LAYER(swap_policy) && EBIT_NO_LAYER(swap_type) && EBIT_NO_LAYER(swaper) &&
    EBIT_NO_LAYER(swaping) && EBIT_NO_LAYER(swapp) && EBIT_NO_LAYER(swapper) && EBIT_NO_LAYER(swapping) &&
    EBIT_NO_LAYER(swaps) && EBIT_NO_LAYER(swop) && EBIT_NO_LAYER(swp) && EBIT_NO_LAYER(swpa) &&
    EBIT_NO_LAYER(swap_order) && EBIT_NO_LAYER(swapping_policy) && EBIT_NO_LAYER(swapping_order) &&
    EBIT_NO_LAYER(swap_strategy) && EBIT_NO_LAYER(swap_rule) && EBIT_NO_LAYER(swap_scheme) && EBIT_NO_LAYER(swwap) && EBIT_NO_LAYER(wap) && EBIT_NO_LAYER(wsap);

template <class Profile>
concept has_no_misspelt_route =
    EBIT_NO_LAYER(Route) && EBIT_NO_LAYER(orute) && EBIT_NO_LAYER(oute) && EBIT_NO_LAYER(rooute) &&
    EBIT_NO_LAYER(rote) && EBIT_NO_LAYER(rotue) && EBIT_NO_LAYER(roue) && EBIT_NO_LAYER(rouet) &&
    EBIT_NO_LAYER(rout) && EBIT_NO_LAYER(route_policy) && EBIT_NO_LAYER(route_type) && EBIT_NO_LAYER(routee) &&
    EBIT_NO_LAYER(routeer) && EBIT_NO_LAYER(routeing) && EBIT_NO_LAYER(router) && EBIT_NO_LAYER(routes) &&
    EBIT_NO_LAYER(routing) && EBIT_NO_LAYER(routte) && EBIT_NO_LAYER(rouute) && EBIT_NO_LAYER(rroute) &&
    EBIT_NO_LAYER(routing_policy) && EBIT_NO_LAYER(routing_type) && EBIT_NO_LAYER(route_strategy) &&
    EBIT_NO_LAYER(routing_strategy) && EBIT_NO_LAYER(ruote) && EBIT_NO_LAYER(rute);

#undef EBIT_NO_LAYER
// clang-format on

/// Whether no member of a profile has a name that was probably meant to be a layer's.
template <class Profile>
concept names_only_layers =
    has_no_misspelt_link<Profile> && has_no_misspelt_herald<Profile> && has_no_misspelt_purify<Profile> &&
    has_no_misspelt_swap<Profile> && has_no_misspelt_route<Profile>;

}  // namespace ebit
