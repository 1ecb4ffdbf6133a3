// SPDX-License-Identifier: Apache-2.0
// The writers behind report::check_writer and report::forecast_writer, one a file.
#pragma once

#include <ostream>

#include "report/reporter.hpp"

namespace podseer::report {

void write_check_text(const Report& report, const Style& style, std::ostream& out);
void write_check_json(const Report& report, const Style& style, std::ostream& out);
void write_check_sarif(const Report& report, const Style& style, std::ostream& out);
void write_check_github(const Report& report, const Style& style, std::ostream& out);
void write_check_unix(const Report& report, const Style& style, std::ostream& out);
void write_check_gcc(const Report& report, const Style& style, std::ostream& out);
void write_check_junit(const Report& report, const Style& style, std::ostream& out);
void write_check_markdown(const Report& report, const Style& style, std::ostream& out);
void write_check_html(const Report& report, const Style& style, std::ostream& out);
void write_check_codeclimate(const Report& report, const Style& style, std::ostream& out);
/// Behind the text report, for --statistics.
void write_statistics(const Report& report, const Style& style, std::ostream& out);

void write_forecast_table(const Report& report, const Style& style, std::ostream& out);
void write_forecast_wide(const Report& report, const Style& style, std::ostream& out);
void write_forecast_yaml(const Report& report, const Style& style, std::ostream& out);
void write_forecast_timeline(const Report& report, const Style& style, std::ostream& out);
void write_forecast_json(const Report& report, const Style& style, std::ostream& out);

}  // namespace podseer::report
