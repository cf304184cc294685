// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "design_explorer/sweep.hpp"
#include "support/output_file.hpp"

/// The picture: of two axes the region in which each scheme wins, of one axis a curve per scheme.
namespace explorer {

class svg_plot {
 public:
  svg_plot(const support::output_file& out, const sweep_result& r, figure f, std::string title)
      : out_{out}, r_{r}, figure_{f}, title_{std::move(title)} {}

  void write() {
    print(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" font-family=\"sans-serif\" "
        "font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
        width + 300, height + 120);
    text(left, 22, title_, "start");
    if (r_.y)
      regions();
    else
      curves();
    print("<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"none\" stroke=\"black\"/>\n", left, top, width,
          height);
    axis_marks(r_.x, true);
    legend();
    out_("</svg>\n");
  }

 private:
  static constexpr double left = 80, top = 40, width = 520, height = 400;

  template <class... Values>
  void print(const char* format, Values... values) const {
    char line[400];
    std::snprintf(line, sizeof line, format, values...);
    out_(line);
  }
  void text(double x, double y, const std::string& what, const char* anchor) const {
    print("<text x=\"%g\" y=\"%g\" text-anchor=\"%s\">", x, y, anchor);
    out_(what);
    out_("</text>\n");
  }
  [[nodiscard]] static double place(const axis& a, double value) {
    if (a.to == a.from) return 0.5;
    return a.logarithmic ? std::log(value / a.from) / std::log(a.to / a.from) : (value - a.from) / (a.to - a.from);
  }

  /// A cell per design in the colour of the winner, the paler the less it gives.
  void regions() const {
    const axis& y = *r_.y;
    double most = 0, least = 1e300;
    for (const point& p : r_.points) {
      const std::size_t w = p.winner(figure_);
      if (w == scheme_count) continue;
      most = std::max(most, p.value(w, figure_));
      least = std::min(least, p.value(w, figure_));
    }
    const double cell_x = width / static_cast<double>(r_.x.steps), cell_y = height / static_cast<double>(y.steps);
    for (std::size_t k = 0; k < r_.points.size(); ++k) {
      const std::size_t w = r_.points[k].winner(figure_);
      const std::size_t i = k % r_.x.steps, j = k / r_.x.steps;
      const double depth = w == scheme_count || !(most > least)
                               ? 1
                               : std::log(r_.points[k].value(w, figure_) / least) / std::log(most / least);
      print("<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"%s\" fill-opacity=\"%.3f\"/>\n",
            left + cell_x * static_cast<double>(i), top + height - cell_y * static_cast<double>(j + 1), cell_x + 0.3,
            cell_y + 0.3, w == scheme_count ? "#DDDDDD" : std::string{schemes[w].colour}.c_str(),
            0.35 + 0.65 * depth);
    }
    axis_marks(y, false);
  }

  void curves() const {
    axis values{.from = 1e300, .to = 0, .steps = 2, .logarithmic = figure_ != figure::fidelity};
    for (const point& p : r_.points) {
      for (std::size_t s = 0; s < scheme_count; ++s) {
        const double v = p.value(s, figure_);
        if (!(v > 0)) continue;
        values.from = std::min(values.from, v);
        values.to = std::max(values.to, v);
      }
    }
    if (!(values.to > 0)) {
      text(left + width / 2, top + height / 2, "no scheme gives any", "middle");
      return;
    }
    if (values.logarithmic && values.to > values.from * 1e9) values.from = values.to / 1e9;
    values.what.name = name_of(figure_);
    values.what.unit = {};
    for (std::size_t s = 0; s < scheme_count; ++s) {
      std::string path;
      bool drawn = false;
      for (const point& p : r_.points) {
        const double v = p.value(s, figure_);
        if (!(v >= values.from)) {
          drawn = false;
          continue;
        }
        path += (drawn ? " L" : " M") + number(left + width * place(r_.x, p.x)) + ' ' +
                number(top + height * (1 - place(values, v)));
        drawn = true;
      }
      if (!path.empty())
        out_("<path d=\"" + path + "\" fill=\"none\" stroke-width=\"2\" stroke=\"" + std::string{schemes[s].colour} +
             "\"/>\n");
    }
    axis_marks(values, false);
  }

  void axis_marks(const axis& a, bool across) const {
    std::vector<double> marks;
    if (a.logarithmic && a.to / a.from > 30) {
      for (double e = std::ceil(std::log10(a.from) - 1e-9); e <= std::log10(a.to) + 1e-9; ++e)
        marks.push_back(std::pow(10.0, e));
    } else {
      for (int i = 0; i <= 4; ++i) {
        const double share = i / 4.0;
        marks.push_back(a.logarithmic ? a.from * std::pow(a.to / a.from, share) : a.from + (a.to - a.from) * share);
      }
    }
    for (const double m : marks) {
      const double at = place(a, m);
      if (across) {
        print("<path d=\"M%g %g v6\" stroke=\"black\"/>\n", left + width * at, top + height);
        text(left + width * at, top + height + 20, number(m, 3), "middle");
      } else {
        print("<path d=\"M%g %g h-6\" stroke=\"black\"/>\n", left, top + height * (1 - at));
        text(left - 9, top + height * (1 - at) + 4, number(m, 3), "end");
      }
    }
    const std::string label = with_unit(a.what.name, a.what.unit);
    if (across) {
      text(left + width / 2, top + height + 42, label, "middle");
    } else {
      print("<text transform=\"translate(18 %g) rotate(-90)\" text-anchor=\"middle\">", top + height / 2);
      out_(label + "</text>\n");
    }
  }

  void legend() const {
    double y = top + 10;
    text(left + width + 20, y, "most " + std::string{name_of(figure_)} + ":", "start");
    for (const scheme& s : schemes) {
      y += 22;
      print("<rect x=\"%g\" y=\"%g\" width=\"14\" height=\"14\" fill=\"%s\"/>\n", left + width + 20, y - 11,
            std::string{s.colour}.c_str());
      text(left + width + 42, y, std::string{s.name}, "start");
    }
    if (!r_.y) return;
    y += 22;
    print("<rect x=\"%g\" y=\"%g\" width=\"14\" height=\"14\" fill=\"#DDDDDD\"/>\n", left + width + 20, y - 11);
    text(left + width + 42, y, "none gives any", "start");
  }

  const support::output_file& out_;
  const sweep_result& r_;
  figure figure_;
  std::string title_;
};

}  // namespace explorer
