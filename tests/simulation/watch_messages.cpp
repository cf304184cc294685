// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>

#include <ebit/core/random.hpp>
#include <ebit/link/wire.hpp>

#include "watch.hpp"

// What the watch makes of messages.
namespace ebit_test {

using namespace ebit;

std::uint64_t watch::key_of(const message& m) {
  std::array<std::uint64_t, sizeof(message) / 8> words;
  std::memcpy(words.data(), &m, sizeof m);
  std::uint64_t key = 0;
  for (const std::uint64_t w : words) key = (key ^ w) * 0x9e3779b97f4a7c15U ^ (key >> 29);
  return mix(key, words.size());
}

void watch::act(node n, const action::send& a) {
  const message& m = a.content;
  ++counts_.sent[m.type];
  const std::string what = "a message of type " + std::to_string(m.type);
  if (m.from.value() != n) return report(n, "messages", "sends " + what + " in the name of another");
  if (!m.to.valid() || m.to.value() >= nodes_.size()) return report(n, "messages", "sends " + what + " to nobody");
  if (m.to.value() == n) report(n, "messages", "sends " + what + " to itself");
  if (m.version != message::current_version || m.size > message::capacity)
    report(n, "messages", "sends " + what + " of another version or size");
  if (m.type == 0 || m.type >= 0x80) report(n, "messages", "sends " + what + ", which is unknown");
  if (m.holds<wire::install>()) {
    const auto body = m.unpack<wire::install>();
    nodes_[m.to.value()].circuits[m.circuit] = {{body.upstream, body.downstream}, body.hops, body.position, 0, false};
    if (body.position == 1) counts_.hops += body.hops, nodes_[n].circuits[m.circuit] = {{}, body.hops, 0, 0, false};
  }
  if (m.holds<wire::swapped>()) check_age(n, m);
  if (m.holds<wire::delivered>()) {
    const auto body = m.unpack<wire::delivered>();
    word& said = words_.try_emplace({body.name_path, body.name_epoch, body.name_sequence}, word{now}).first->second;
    ++said.copies;
  }
  if (m.holds<wire::torn_down>())
    if (const auto own = nodes_[n].circuits.find(m.circuit); own != nodes_[n].circuits.end())
      own->second.ended = true;
  std::vector<world_time>& sent = under_way_[key_of(m)];
  if (sent.size() > 64) sent.erase(sent.begin(), sent.begin() + 32);
  sent.push_back(now);
}

void watch::hear(node n, const event::received& e) {
  const message& m = e.content;
  ++counts_.received;
  const std::string what = "a message of type " + std::to_string(m.type);
  if (m.to.value() != n) return report(n, "messages", "hears " + what + " for another");
  const auto found = under_way_.find(key_of(m));
  if (found == under_way_.end()) return report(n, "messages", "hears " + what + " that nobody sent so");
  const duration light = around_.light[m.from.value()][n];
  if (e.flight < light) return report(n, "causality", "hears " + what + " that was faster than light");
  std::vector<world_time>& sent = found->second;
  const auto of = std::find(sent.begin(), sent.end(), now - e.flight);
  if (of == sent.end()) return report(n, "causality", "hears " + what + " that was not sent when it says");
  if (m.holds<wire::delivered>()) {
    const auto body = m.unpack<wire::delivered>();
    const auto said = words_.find({body.name_path, body.name_epoch, body.name_sequence});
    if (said != words_.end()) said->second.heard = true;
  }
  if (m.holds<wire::swapped>())
    if (const auto own = nodes_[n].circuits.find(m.circuit); own != nodes_[n].circuits.end()) {
      const auto body = m.unpack<wire::swapped>();
      const pair_id half{own->second.paths[body.facing & 1U], body.half_epoch, body.half_sequence};
      nodes_[n].here[{body.peer_path, body.peer_epoch, body.peer_sequence}] = half;
    }
  if (around_.copies) return;
  count_news(n, m);
  sent.erase(of);
  if (sent.empty()) under_way_.erase(found);
}

/// News of a join: at once, when it is decided, or again. Of several joins it is told by the far half that it names.
void watch::check_age(node n, const message& m) {
  const node_book& b = nodes_[n];
  const auto own = b.circuits.find(m.circuit);
  const auto body = m.unpack<wire::swapped>();
  // What is passed on comes from another position.
  if (own == b.circuits.end() || own->second.position != body.from) return;
  const pair_id far{body.peer_path, body.peer_epoch, body.peer_sequence};
  const auto onward = b.here.find(far);
  const auto joined = b.older.find(onward == b.here.end() ? far : onward->second);
  if (joined == b.older.end()) return report(n, "age", "tells of a join that it did not make");
  if (body.age < local(n) - joined->second) report(n, "age", "tells of a segment younger than a half that it joined");
}

/// Where no message comes twice.
void watch::count_news(node n, const message& m) {
  const auto found = nodes_[n].circuits.find(m.circuit);
  if (found == nodes_[n].circuits.end()) return;
  membership& c = found->second;
  if (m.holds<wire::ready>() && ++c.ready == c.hops) counts_.inner += c.hops - 1U;
  if (m.holds<wire::torn_down>()) c.ended = true;
  if (m.holds<wire::expired>()) {
    const auto body = m.unpack<wire::expired>();
    const pair_id half{c.paths[body.facing & 1U], body.half_epoch, body.half_sequence};
    for (slot_book& s : nodes_[n].slots)
      if (s.state == keeping::busy && s.name == half) s.doomed = true;
  }
  if (c.ended || !m.holds<wire::swapped>() || c.position == 0 || c.position == c.hops) return;
  const auto body = m.unpack<wire::swapped>();
  const pair_id half{c.paths[body.facing & 1U], body.half_epoch, body.half_sequence};
  if (nodes_[n].joined.contains(half)) ++counts_.onward;
  for (const slot_book& s : nodes_[n].slots)
    if (s.state != keeping::empty && s.name == half) ++counts_.in_time;
}

}  // namespace ebit_test
