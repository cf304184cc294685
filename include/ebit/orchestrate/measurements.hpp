// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ebit/core/extremes.hpp>
#include <ebit/core/math.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/orchestrate/fabric.hpp>
#include <ebit/orchestrate/light_path.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::orchestrate {

/// How what light paths gave is turned into what their parts are worth.
struct measuring {
  double gain = 0.5;         ///< of a well-founded surprise, so much is believed at once; above 0, to 1
  double doubt = 30;         ///< heralds (or tests) that make a measurement half as good as any number; above 0
  double hysteresis = 0.75;  ///< dB; what is told of a part changes by so much or not at all; 0 or more
  duration half_life = 1_s;  ///< of what is held against an idle part

  [[nodiscard]] status validate() const {
    if (!(gain > 0 && gain <= 1))
      return config_error{"measuring.gain", ebit::detail::number_text(gain), "above 0, up to 1"};
    if (!(doubt > 0)) return config_error{"measuring.doubt", ebit::detail::number_text(doubt), "above 0"};
    if (!(hysteresis >= 0))
      return config_error{"measuring.hysteresis", ebit::detail::number_text(hysteresis) + " dB", "0 or more"};
    if (half_life <= duration::zero())
      return config_error{"measuring.half_life", ebit::detail::duration_text(half_life), "more than 0 s"};
    return success{};
  }
};

/// What a light path gave while it was held, against its forecast.
struct measurement {
  double heralds = 0;
  double expected_heralds = 0;
  double tests = 0;
  double fidelity = 0;  ///< of them
  double expected_fidelity = 0;
};

/// What the light paths of a fabric have shown of its parts: by how many decibels each fibre, switch and analyser is
/// worse than its data sheet, in what it lets through and in what it leaves of the correlations of a pair (10 log of
/// the Werner parameter). A path shows the sum over its parts only; the parts are found by normalised least mean
/// squares (Widrow and Hoff 1960; as row action Kaczmarz 1937), each at 0 dB or more: a part that is on good paths
/// too is cleared, one that all bad paths have in common stays. What is told to routing moves in steps of the
/// hysteresis, so that noise moves nothing.
class measurements {
 public:
  measurements() = default;
  measurements(const fabric& of, const measuring& how)
      : how_{how},
        spans_{of.spans().size()},
        parts_(of.spans().size() + of.elements().size()),
        busy_(of.elements().size(), 0) {}

  /// Decibels to be added to the loss of the data sheet, as they are told to routing.
  [[nodiscard]] double excess(span_id s) const { return parts_[s.value()].told; }
  [[nodiscard]] double excess(element_id e) const { return parts_[spans_ + e.value()].told; }
  /// The same as it is believed just now.
  [[nodiscard]] double estimate(span_id s) const { return sum(parts_[s.value()]); }
  [[nodiscard]] double estimate(element_id e) const { return sum(parts_[spans_ + e.value()]); }
  /// Time per pair over the forecast's, on average over paths of late.
  [[nodiscard]] double slowdown() const { return slowdown_; }
  /// How often what is told of any part has changed.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  /// Calls `on_span(s)` or `on_element(e)` for the parts of which worse is told than before, each time once.
  template <class OnSpan, class OnElement>
  void take_worse(OnSpan&& on_span, OnElement&& on_element) {
    for (const std::uint32_t i : worse_)
      if (i < spans_)
        on_span(span_id{i});
      else
        on_element(element_id{i - static_cast<std::uint32_t>(spans_)});
    worse_.clear();
  }
  /// How many light paths cross a switch, or end at an analyser, now.
  [[nodiscard]] std::uint32_t busy(element_id e) const { return busy_[e.value()]; }

  void occupy(const light_path& way) { count(way, 1); }
  void vacate(const light_path& way) { count(way, ~std::uint32_t{0}); }

  /// Learns from a light path that has ended; whether what is told of any part has changed by it.
  bool learn(const light_path& way, const measurement& m, local_time now) {
    age(now);
    const std::uint64_t before = changes_;
    if (m.expected_heralds >= 1) {
      const double ratio = (m.heralds + 0.5) / (m.expected_heralds + 0.5);
      const double weight = m.expected_heralds / (m.expected_heralds + how_.doubt);
      blame(way, decibels_lost(ratio), how_.gain * weight, &part::loss);
      slowdown_ += 0.05 * weight * (1 / ratio - slowdown_);
      if (slowdown_ < 1) slowdown_ = 1;
    }
    if (m.tests > 0 && m.expected_fidelity > 0.25) {
      const double left = greatest(0.0, (m.fidelity - 0.25) / (m.expected_fidelity - 0.25));
      const double weight = m.tests / (m.tests + how_.doubt);
      // One test more, as expected: else the one in a few that fails by chance would outweigh all that do not.
      blame(way, decibels_lost((m.tests * left + 1) / (m.tests + 1)), how_.gain * weight, &part::noise);
    }
    return changes_ != before;
  }
  /// A part was mended: nothing is held against it.
  void clear(const fabric& in, element_id e) {
    reset(parts_[spans_ + e.value()]);
    for (const span_id s : in.incident(e)) reset(parts_[s.value()]);
  }

 private:
  struct part {
    double loss = 0;
    double noise = 0;
    double told = 0;
  };

  [[nodiscard]] static double sum(const part& p) { return p.loss + p.noise; }
  [[nodiscard]] static double decibels_lost(double ratio) {
    const double lost = -10 / 2.302585092994045684 * math::log(ratio);
    return lost > 30 ? 30 : lost < -30 ? -30 : lost;
  }
  template <class Each>
  void on_each(const light_path& way, Each&& each) {
    for (const arm* side : {&way.a, &way.b}) {
      for (const span_id s : side->spans) each(parts_[s.value()]);
      for (const crossing& c : side->crossings) each(parts_[spans_ + c.at.value()]);
    }
    each(parts_[spans_ + way.analyser.value()]);
  }
  void blame(const light_path& way, double lost, double gain, double part::* kind) {
    double known = 0;
    int parts = 0;
    on_each(way, [&](part& p) { known += p.*kind, ++parts; });
    const double step = gain * (lost - known) / parts;
    on_each(way, [&](part& p) {
      p.*kind += step;
      if (p.*kind < 0) p.*kind = 0;
      tell(p);
    });
  }
  void tell(part& p) {
    const double apart = sum(p) - p.told;
    if ((apart < 0 ? -apart : apart) < how_.hysteresis) return;
    if (apart == 0) return;
    p.told = sum(p);
    ++changes_;
    if (apart > 0) worse_.push_back(static_cast<std::uint32_t>(&p - parts_.data()));
  }
  void reset(part& p) {
    if (p.told != 0) ++changes_;
    p = {};
  }
  void age(local_time now) {
    if (how_.half_life.is_never()) return;
    const duration step = how_.half_life / 8;
    if (now - aged_ < step) return;
    const double left = math::pow(0.5, (now - aged_).seconds() / how_.half_life.seconds());
    aged_ = now;
    for (part& p : parts_) {
      p.loss *= left;
      p.noise *= left;
      tell(p);
    }
  }
  void count(const light_path& way, std::uint32_t by) {
    for (const arm* side : {&way.a, &way.b})
      for (const crossing& c : side->crossings) busy_[c.at.value()] += by;
    busy_[way.analyser.value()] += by;
  }

  measuring how_;
  std::size_t spans_ = 0;
  std::vector<part> parts_;  ///< spans, then elements
  std::vector<std::uint32_t> busy_;
  std::vector<std::uint32_t> worse_;
  double slowdown_ = 1;
  std::uint64_t changes_ = 0;
  local_time aged_;
};

}  // namespace ebit::orchestrate
