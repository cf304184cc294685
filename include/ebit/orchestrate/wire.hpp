// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the parts of the control plane say to each other: types 0x60–0x7f.
#include <ebit/orchestrate/outcomes.hpp>
#include <ebit/orchestrate/wire_office.hpp>
#include <ebit/orchestrate/wire_service.hpp>
