// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/route/concepts.hpp>
#include <ebit/route/measured_model.hpp>

namespace ebit::route {

/// A circuit's model by which one walk does not serve, and its links are so dear that others are looked for: for a head
/// whose tests have settled that the walk is not what the model says.
template <circuit_forecaster Model>
class avoiding {
 public:
  /// Both have to outlive this.
  avoiding(const Model& model, const walk& not_this) : model_{&model}, not_this_{&not_this} {}

  [[nodiscard]] double link_seconds(const network_map& map, const edge& e, double fidelity) const {
    const double seconds = model_->link_seconds(map, e, fidelity);
    const path_id link = path_of(map, e);
    for (const path_id used : not_this_->links)
      if (used == link) return seconds * dearer;
    return seconds;
  }
  template <class... Further>
  [[nodiscard]] evaluation evaluate(const network_map& map, const walk& w, const demand& d,
                                    const Further&... further) const
    requires requires(const Model& model) { model.evaluate(map, w, d, further...); }
  {
    if (w != *not_this_) return model_->evaluate(map, w, d, further...);
    evaluation no;
    no.why = refusal::fidelity;
    return no;
  }

 private:
  static constexpr double dearer = 16;

  const Model* model_;
  const walk* not_this_;
};

}  // namespace ebit::route
