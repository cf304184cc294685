// SPDX-License-Identifier: Apache-2.0
#pragma once

// The contracts of all layers in one place: what a pair state, a policy of each layer and a backend have to be.

#include <ebit/backend/concepts.hpp>
#include <ebit/herald/concepts.hpp>
#include <ebit/link/concepts.hpp>
#include <ebit/purify/concepts.hpp>
#include <ebit/quantum/concepts.hpp>
#include <ebit/route/concepts.hpp>
#include <ebit/swap/concepts.hpp>
