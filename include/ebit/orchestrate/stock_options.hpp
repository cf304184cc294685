// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ebit/core/probability.hpp>
#include <ebit/core/result.hpp>
#include <ebit/core/time.hpp>
#include <ebit/quantum/noise.hpp>

namespace ebit::orchestrate {

/// How pairs are kept in stock, by all QNUs alike.
struct stock_options {
  duration longest = duration::picoseconds(50'000'000'000);  ///< none is kept longer; more than 0 s
  double margin = 0.25;  ///< new ones are asked for that much nearer to 1 than they have to be in the end; 0 to 1
  duration patience = duration::picoseconds(10'000'000'000);  ///< a request for stock stands so long; more than 0 s
  duration rest =
      duration::picoseconds(1'000'000'000);  ///< after one that was refused, or had no room; more than 0 s

  [[nodiscard]] status validate() const {
    for (const auto& [what, value] :
         {named{"stock.longest", longest}, named{"stock.patience", patience}, named{"stock.rest", rest}})
      if (value <= duration::zero() || value.is_never())
        return config_error{what, ebit::detail::duration_text(value), "more than 0 s, and an end"};
    return ebit::detail::check_probability("stock.margin", margin);
  }

 private:
  struct named {
    const char* what;
    duration value;
  };
};

}  // namespace ebit::orchestrate
