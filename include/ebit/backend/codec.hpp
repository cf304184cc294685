// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The byte form of messages, events and actions, and of streams of them. Not part of `ebit.hpp`: only a backend
/// outside of this process needs it.
#include <ebit/backend/codec_actions.hpp>
#include <ebit/backend/codec_bytes.hpp>
#include <ebit/backend/codec_events.hpp>
#include <ebit/backend/codec_frames.hpp>
#include <ebit/backend/codec_messages.hpp>
