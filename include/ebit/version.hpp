// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The one place that knows the version; CMake, Conan and vcpkg read it from here.
#define EBIT_VERSION_MAJOR 0
#define EBIT_VERSION_MINOR 1
#define EBIT_VERSION_PATCH 0
