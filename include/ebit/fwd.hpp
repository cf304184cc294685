// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Names for interfaces that only pass things on. Templates whose parameters are constrained are not here: to name
// them takes their concepts, which is what their own headers bring.

namespace ebit {

// core
class duration;
template <class Clock>
class time_point;
using world_time = time_point<struct world_clock>;
using local_time = time_point<struct local_clock>;
using hardware_tag = time_point<struct hardware_clock>;

template <class Tag>
class strong_id;
using node_id = strong_id<struct node_tag>;
using port_id = strong_id<struct port_tag>;
using path_id = strong_id<struct path_tag>;
using slot_id = strong_id<struct slot_tag>;
using operation_id = strong_id<struct operation_tag>;
using request_id = strong_id<struct request_tag>;
using circuit_id = strong_id<struct circuit_tag>;
struct pair_id;

enum class bell_index : std::uint8_t;
class pauli_frame;
class bell_permutation;
class random_stream;
struct config_error;
template <class Dimension>
class quantity;
template <class T, std::size_t Capacity>
class fixed_vector;

// quantum
class bell_diagonal;
class x_state;
class werner;
class sampled_bell;
class adaptive_state;
class two_qubit_state;
class stabilizer;
class bell_batch;
struct gate_noise;
struct memory_noise;
struct distil_recipe;

// backend
struct message;
struct fault_plan;
enum class failure : std::uint8_t;
enum class refusal : std::uint8_t;
enum class request_outcome : std::uint8_t;

namespace action {
struct attempt;
struct stop;
struct bell_measure;
struct distil;
struct gate;
struct measure;
struct free;
struct send;
struct deliver;
struct report;
}  // namespace action

namespace event {
struct heralded;
struct done;
struct failed;
struct measured;
struct erased;
struct received;
struct request;
struct path_up;
struct path_down;
}  // namespace event

namespace backend {
enum class emission : std::uint8_t;
struct capabilities;
struct limits;
}  // namespace backend

// layers
namespace link {
struct fibre;
struct free_space;
struct microwave_line;
struct transducer;
struct emitter;
struct detector;
struct clock;
struct pair_source;
struct converter;
struct memory;
struct ornstein_uhlenbeck;
struct hardware;
struct hardware_preset;
struct budget;
}  // namespace link

namespace herald {
struct single_click;
struct double_click;
struct two_mode_squeezed;
struct midpoint_source;
struct sender_receiver;
struct pitch_and_catch;
struct heralded_transfer;
}  // namespace herald

namespace purify {
enum class where : std::uint8_t;
struct none;
struct bbpssw;
struct dejmps;
struct epl;
struct double_selection;
class stabilizer_code;
}  // namespace purify

namespace swap {
struct as_soon_as_possible;
struct sequential;
struct nested;
struct given_order;
struct linear_optics;
}  // namespace swap

namespace route {
class network_map;
struct walk;
struct demand;
struct evaluation;
struct answer;
struct cheapest_path;
struct fewest_hops;
}  // namespace route

class forecast;
class segments;
class link_engine;
struct circuit;
struct segment;
struct context;

// node
struct default_profile;
struct node_config;

// sim
namespace sim {
struct request_parameters;
struct request_record;
class request_handle;
}  // namespace sim

}  // namespace ebit
