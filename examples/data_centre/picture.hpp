// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data_centre/faults.hpp"
#include "data_centre/run.hpp"
#include "support/output_file.hpp"

namespace centre {

/// Draws the fabric as SVG: a row for each tier, the endpoints at the bottom, analysers beside their switch; the
/// darker and redder a part, the more of the time it was lent. What broke during the run is crossed out.
class picture {
 public:
  picture(const support::output_file& out, const scene& s, const outcome& all)
      : out_{out}, scene_{s}, all_{all}, places_(s.layout.elements().size()) {}

  void write() {
    lay_out();
    print(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" font-family=\"sans-serif\" "
        "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
        left + width + 20, bottom_ + 60);
    text(left, 24,
         ebit::sim::detail::printable(scene_.layout.name(), 200) + ": share of the time that each part was lent");
    fibres();
    trunks();
    devices();
    for (const fault_figures& f : list_faults(scene_))
      if (f.at < scene_.span) cross_out(f);
    legend();
    out_("</svg>\n");
  }

 private:
  struct place {
    double x = 0, y = 0, size = 0;
  };
  static constexpr double left = 130, width = 1700, top = 70, row_height = 190;
  static constexpr std::size_t most_idle_fibres = 20'000;

  template <class... Values>
  void print(const char* format, Values... values) const {
    char line[500];
    std::snprintf(line, sizeof line, format, values...);
    out_(line);
  }
  void text(double x, double y, const std::string& what) const {
    print("<text x=\"%g\" y=\"%g\">", x, y);
    std::string escaped;
    for (const char c : what) escaped += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string{c};
    out_(escaped + "</text>\n");
  }
  /// Grey, yellow, orange, dark red.
  [[nodiscard]] static std::string colour(double share) {
    constexpr std::array<std::array<double, 3>, 4> stops{
        {{215, 215, 215}, {254, 217, 118}, {240, 110, 50}, {150, 0, 30}}};
    const double x = std::clamp(share, 0.0, 1.0) * 3;
    const auto i = std::min<std::size_t>(2, static_cast<std::size_t>(x));
    std::array<int, 3> mixed{};
    for (std::size_t c = 0; c < 3; ++c)
      mixed[c] =
          static_cast<int>(std::lround(stops[i][c] + (stops[i + 1][c] - stops[i][c]) * (x - static_cast<double>(i))));
    char hex[8];
    std::snprintf(hex, sizeof hex, "#%02X%02X%02X", unsigned(mixed[0]), unsigned(mixed[1]), unsigned(mixed[2]));
    return hex;
  }

  void lay_out() {
    using ebit::orchestrate::element_kind;
    const ebit::orchestrate::fabric& in = scene_.layout;
    std::map<unsigned, std::vector<std::uint32_t>> rows;  // tier: those with a place of their own
    std::map<std::uint32_t, std::vector<std::uint32_t>> pools;
    for (std::uint32_t e = 0; e < in.elements().size(); ++e) {
      const ebit::orchestrate::element& it = in.elements()[e];
      const auto pool = it.kind == element_kind::analyser ? in.pool_of(ebit::orchestrate::element_id{e})
                                                          : ebit::orchestrate::element_id::none();
      if (pool.valid())
        pools[pool.value()].push_back(e);
      else
        rows[it.kind == element_kind::analyser ? 1000U + it.tier : it.tier].push_back(e);
    }
    double y = top + row_height * static_cast<double>(rows.size() - 1);
    bottom_ = y + 20;
    for (const auto& [tier, row] : rows) {
      const double each = width / static_cast<double>(row.size());
      const double size = std::clamp(each * 0.7, 1.2, 22.0);
      for (std::size_t i = 0; i < row.size(); ++i)
        places_[row[i]] = {left + each * (static_cast<double>(i) + 0.5), y, size};
      row_names_.push_back({tier, y});
      y -= row_height;
    }
    for (const auto& [at, pool] : pools)
      for (std::size_t i = 0; i < pool.size(); ++i) {
        const place& p = places_[at];
        const double size = std::clamp(p.size / 2, 1.0, 8.0);
        const auto per_row = std::max<std::size_t>(1, static_cast<std::size_t>(p.size / size));
        places_[pool[i]] = {p.x - p.size / 2 + size * (static_cast<double>(i % per_row) + 0.5),
                            p.y - p.size / 2 - size * (static_cast<double>(i / per_row) + 0.8), size};
      }
  }

  void fibres() const {
    const ebit::orchestrate::fabric& in = scene_.layout;
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < in.spans().size(); ++i) {
      const ebit::orchestrate::span_id id{i};
      const auto x = in.analyser_at(id);
      if (x.valid() && in.pool_of(x).valid()) continue;
      if (all_.use.use_of(id) > 0 || in.spans().size() <= most_idle_fibres) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const double x = all_.use.use_of(ebit::orchestrate::span_id{a}),
                   y = all_.use.use_of(ebit::orchestrate::span_id{b});
      return x < y || (x == y && a < b);
    });
    for (const std::uint32_t i : order) {
      const double used = all_.use.use_of(ebit::orchestrate::span_id{i});
      line(ebit::orchestrate::span_id{i}, colour(used), 0.4 + 1.6 * used, "");
    }
  }
  void line(ebit::orchestrate::span_id id, const std::string& stroke, double thick, const char* more) const {
    const ebit::orchestrate::span& f = scene_.layout.along(id);
    const place &a = places_[f.a.value()], &b = places_[f.b.value()];
    // Within a row: an arc.
    const double lift = a.y == b.y ? 20 + std::abs(a.x - b.x) * 0.08 : 0;
    print("<path d=\"M%.1f %.1f Q%.1f %.1f %.1f %.1f\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.2f\" %s/>\n", a.x,
          a.y, (a.x + b.x) / 2, (a.y + b.y) / 2 - 2 * lift, b.x, b.y, stroke.c_str(), thick, more);
  }

  void trunks() const {
    if (!scene_.joined) return;
    for (const ebit::orchestrate::trunk& t : scene_.joined->trunks()) {
      const place &a = places_[scene_.joined->endpoint(t.a).value()],
                  &b = places_[scene_.joined->endpoint(t.b).value()];
      print(
          "<path class=\"trunk\" d=\"M%.1f %.1f Q%.1f %.1f %.1f %.1f\" fill=\"none\" stroke=\"#2060B0\" "
          "stroke-width=\"2\"/>\n",
          a.x, a.y, (a.x + b.x) / 2, a.y + 50, b.x, b.y);
    }
    text(left + 300, bottom_ + 52, "blue: trunks from site to site");
  }

  void devices() const {
    using ebit::orchestrate::element_kind;
    const ebit::orchestrate::fabric& in = scene_.layout;
    for (std::uint32_t e = 0; e < places_.size(); ++e) {
      const place& p = places_[e];
      const double fibres_there = static_cast<double>(in.incident(ebit::orchestrate::element_id{e}).size());
      const double used = fibres_there > 0 ? all_.use.ports_of(ebit::orchestrate::element_id{e}) / fibres_there : 0;
      const std::string fill = colour(used);
      if (in.elements()[e].kind == element_kind::analyser)
        print("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" stroke=\"#333\" stroke-width=\"0.4\"/>\n", p.x,
              p.y, p.size / 2, fill.c_str());
      else
        print(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" stroke=\"#333\" "
            "stroke-width=\"0.4\"/>\n",
            p.x - p.size / 2, p.y - p.size / 2, p.size, std::max(p.size, 10.0), fill.c_str());
    }
    for (const auto& [tier, y] : row_names_)
      text(10, y + 4,
           tier == 0      ? "endpoints"
           : tier >= 1000 ? "analysers"
                          : "switches, tier " + std::to_string(tier));
  }

  void cross_out(const fault_figures& f) const {
    if (f.fibre.valid()) {
      line(f.fibre, "black", 1.5, "stroke-dasharray=\"4 3\"");
      return;
    }
    for (const std::uint32_t e : f.elements) {
      const place& p = places_[e];
      const double d = std::max(6.0, p.size * 0.8);
      print(
          "<path d=\"M%.1f %.1f l%.1f %.1f m0 %.1f l%.1f %.1f\" stroke=\"black\" stroke-width=\"2\" "
          "fill=\"none\"/>\n",
          p.x - d, p.y - d, 2 * d, 2 * d, -2 * d, -2 * d, 2 * d);
    }
  }

  void legend() const {
    const double y = bottom_ + 25;
    for (int i = 0; i <= 20; ++i)
      print("<rect x=\"%g\" y=\"%g\" width=\"12.5\" height=\"12\" fill=\"%s\"/>\n", left + 12 * i, y,
            colour(i / 20.0).c_str());
    text(left, y + 27, "0");
    text(left + 225, y + 27, "100 %");
    text(left + 300, y + 11,
         "squares: endpoints and switches (share of their ports); circles: analysers; crossed out "
         "or dashed: broken for some time");
  }

  const support::output_file& out_;
  const scene& scene_;
  const outcome& all_;
  std::vector<place> places_;
  std::vector<std::pair<unsigned, double>> row_names_;
  double bottom_ = 0;
};

}  // namespace centre
