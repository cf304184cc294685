// SPDX-License-Identifier: Apache-2.0
#pragma once

// The stack: every policy of every layer, the components whose values go into `link::hardware`, the simulator and its
// network builders. Readers of files, `adapt`, `analyze`, `app`, codec and recordings of `backend`, schedules and
// codes of `purify`, `testing`, and what is more in `quantum` are headers of their own.

#include <ebit/herald/double_click.hpp>
#include <ebit/herald/heralded_transfer.hpp>
#include <ebit/herald/midpoint_source.hpp>
#include <ebit/herald/multiplexed.hpp>
#include <ebit/herald/pitch_and_catch.hpp>
#include <ebit/herald/sender_receiver.hpp>
#include <ebit/herald/single_click.hpp>
#include <ebit/herald/two_mode_squeezed.hpp>
#include <ebit/link/any_of.hpp>
#include <ebit/link/clock.hpp>
#include <ebit/link/detector.hpp>
#include <ebit/link/emitter.hpp>
#include <ebit/link/fibre.hpp>
#include <ebit/link/free_space.hpp>
#include <ebit/link/microwave_line.hpp>
#include <ebit/link/transducer.hpp>
#include <ebit/node/node.hpp>
#include <ebit/purify/bbpssw.hpp>
#include <ebit/purify/dejmps.hpp>
#include <ebit/purify/epl.hpp>
#include <ebit/purify/none.hpp>
#include <ebit/purify/one_way.hpp>
#include <ebit/purify/optimistic.hpp>
#include <ebit/purify/pumping.hpp>
#include <ebit/quantum/adaptive_state.hpp>
#include <ebit/route/cheapest_path.hpp>
#include <ebit/route/fewest_hops.hpp>
#include <ebit/sim/builders.hpp>
#include <ebit/sim/network.hpp>
#include <ebit/swap/as_soon_as_possible.hpp>
#include <ebit/swap/given_order.hpp>
#include <ebit/swap/linear_optics.hpp>
#include <ebit/swap/nested.hpp>
#include <ebit/swap/sequential.hpp>
