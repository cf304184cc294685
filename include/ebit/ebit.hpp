// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/herald/double_click.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/node/node.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/fewest_hops.hpp>
#include <ebit/sim/builders.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/swap/sequential.hpp>
