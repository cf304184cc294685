// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ebit/orchestrate/fabric.hpp>

namespace ebit::orchestrate {

/// A data centre among others.
struct site {
  std::string name;
  fabric inside;
  /// The endpoints, by their number within it, that the fibres to other sites end at.
  std::vector<std::uint32_t> gateways{};
};

/// One of a site's gateways.
struct gateway {
  std::uint32_t at_site = 0;
  std::uint32_t number = 0;  ///< in the list of its gateways

  friend constexpr bool operator==(gateway, gateway) = default;
};

/// A fibre between gateways of two sites, cut by repeaters into spans of equal length. It is no part of a fabric:
/// gateways and repeaters hold pairs on it, as on any link, and swap.
struct trunk {
  gateway a;
  gateway b;
  ebit::length length{};
  std::uint16_t repeaters = 0;

  friend constexpr bool operator==(const trunk&, const trunk&) = default;
};

/// Several data centres as one: a single fabric, in which the endpoints of the first site come first and no fibre leads
/// from site to site, and the trunks between them. What is impossible is said by `validate()`.
class data_centres {
 public:
  data_centres(std::vector<site> sites, std::vector<trunk> trunks);

  /// Labels are "site/label"; groups are counted on from site to site.
  [[nodiscard]] const fabric& inside() const { return all_; }
  [[nodiscard]] const std::vector<trunk>& trunks() const { return trunks_; }
  [[nodiscard]] std::size_t sites() const { return names_.size(); }
  [[nodiscard]] const std::string& name(std::size_t s) const { return names_[s]; }
  [[nodiscard]] std::size_t site_of(element_id endpoint) const {
    std::size_t s = 0;
    while (endpoint.value() >= first_[s + 1]) ++s;
    return s;
  }
  /// Endpoint `number` of a site.
  [[nodiscard]] element_id endpoint(std::size_t s, std::uint32_t number) const {
    return element_id{first_[s] + number};
  }
  [[nodiscard]] element_id endpoint(gateway g) const { return endpoint(g.at_site, gateways_[g.at_site][g.number]); }
  /// Repeaters are numbered after all endpoints: this is the i-th from end a of a trunk.
  [[nodiscard]] std::uint32_t repeater(std::size_t of_trunk, std::uint16_t i) const {
    return first_repeater_[of_trunk] + i;
  }
  /// Endpoints and repeaters.
  [[nodiscard]] std::uint32_t nodes() const { return first_repeater_.back(); }

  /// Whether the fabric is one, gateways and trunks refer to what is there, and trunks join different sites.
  [[nodiscard]] status validate() const { return error_ ? status{*error_} : all_.validate(); }

 private:
  [[nodiscard]] std::optional<config_error> find_error(const std::vector<site>& sites) const;
  void merge(const std::vector<site>& sites);
  /// Adds the models that are not among all of them yet; where each is then.
  template <class Model>
  [[nodiscard]] static std::vector<std::uint16_t> united(std::vector<Model>& all, const std::vector<Model>& more) {
    std::vector<std::uint16_t> places;
    for (const Model& m : more) {
      std::size_t at = 0;
      while (at < all.size() && !(all[at] == m)) ++at;
      if (at == all.size()) all.push_back(m);
      places.push_back(static_cast<std::uint16_t>(at));
    }
    return places;
  }

  fabric all_;
  std::vector<trunk> trunks_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> first_;  // endpoint of each site, and their number
  std::vector<std::vector<std::uint32_t>> gateways_;
  std::vector<std::uint32_t> first_repeater_;  // of each trunk, and the number of nodes
  std::optional<config_error> error_;
};

inline data_centres::data_centres(std::vector<site> sites, std::vector<trunk> trunks) : trunks_{std::move(trunks)} {
  first_.push_back(0);
  for (const site& s : sites) {
    names_.push_back(s.name);
    gateways_.push_back(s.gateways);
    first_.push_back(first_.back() + static_cast<std::uint32_t>(s.inside.endpoints().size()));
  }
  first_repeater_.push_back(first_.back());
  for (const trunk& t : trunks_) first_repeater_.push_back(first_repeater_.back() + t.repeaters);
  error_ = find_error(sites);
  if (!error_) merge(sites);
}

inline std::optional<config_error> data_centres::find_error(const std::vector<site>& sites) const {
  if (sites.empty()) return config_error{"data_centres: number of sites", "0", "1 or more"};
  for (const site& s : sites) {
    if (auto ok = s.inside.validate(); !ok) {
      config_error why = ok.error();
      why.what = "site " + s.name + ": " + why.what;
      return why;
    }
    const std::string prefix = "site " + s.name + ": ";
    for (const std::uint32_t g : s.gateways)
      if (g >= s.inside.endpoints().size())
        return config_error{prefix + "gateway", std::to_string(g),
                            "below " + std::to_string(s.inside.endpoints().size())};
    const fabric& first = sites.front().inside;
    if (s.inside.loss_per_length() != first.loss_per_length() || s.inside.group_velocity() != first.group_velocity())
      return config_error{prefix + "fibre", "another", "the same as in site " + sites.front().name};
  }
  for (std::size_t i = 0; i < trunks_.size(); ++i) {
    const std::string prefix = "trunks[" + std::to_string(i) + "].";
    for (const auto& [member, g] : {std::pair{"a", trunks_[i].a}, {"b", trunks_[i].b}}) {
      if (g.at_site >= sites.size())
        return config_error{prefix + member + ".at_site", std::to_string(g.at_site),
                            "below " + std::to_string(sites.size())};
      const std::size_t gateways = sites[g.at_site].gateways.size();
      if (g.number >= gateways)
        return config_error{prefix + member + ".number", std::to_string(g.number),
                            "below " + std::to_string(gateways)};
    }
    if (trunks_[i].a.at_site == trunks_[i].b.at_site)
      return config_error{prefix + "b.at_site", std::to_string(trunks_[i].b.at_site), "another than a.at_site"};
    const double length = trunks_[i].length.base();
    if (!(length >= 0 && length <= 4e7))
      return config_error{prefix + "length", ebit::detail::number_text(length / 1e3) + " km", "0 km to 40000 km"};
  }
  return std::nullopt;
}

inline void data_centres::merge(const std::vector<site>& sites) {
  fabric_parts sum;
  sum.loss_per_length = sites.front().inside.loss_per_length();
  sum.group_velocity = sites.front().inside.group_velocity();
  std::vector<std::vector<element_id>> renumbered;  // per site
  std::uint32_t next_endpoint = 0, next_other = first_.back();
  for (const site& s : sites) {
    std::vector<element_id>& ids = renumbered.emplace_back();
    for (const element& e : s.inside.elements())
      ids.push_back(element_id{e.kind == element_kind::endpoint ? next_endpoint++ : next_other++});
  }
  sum.elements.resize(next_other);
  std::uint32_t groups = 0;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const fabric& in = sites[i].inside;
    sum.name += (i > 0 ? " + " : "") + sites[i].name + " (" + in.name() + ")";
    const std::vector<std::uint16_t> models = united(sum.switch_models, in.switch_models());
    const std::vector<std::uint16_t> analysers = united(sum.analyser_models, in.analyser_models());
    std::uint32_t last_group = 0;
    for (std::size_t k = 0; k < in.elements().size(); ++k) {
      element e = in.elements()[k];
      last_group = last_group < e.group ? e.group : last_group;
      e.group += groups;
      if (e.kind == element_kind::optical_switch) e.model = models[e.model];
      if (e.kind == element_kind::analyser) e.model = analysers[e.model];
      e.label = sites[i].name + "/" + e.label;
      sum.elements[renumbered[i][k].value()] = std::move(e);
    }
    groups += last_group + 1;
    for (span s : in.spans()) {
      s.a = renumbered[i][s.a.value()];
      s.b = renumbered[i][s.b.value()];
      sum.spans.push_back(s);
    }
  }
  all_ = fabric{std::move(sum)};
}

}  // namespace ebit::orchestrate
