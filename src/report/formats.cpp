// SPDX-License-Identifier: Apache-2.0
#include "report/reporter.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

struct Format {
  std::string_view name;
  CheckWriter writer;
};

constexpr Format kCheck[] = {
    {"text", write_check_text},          {"json", write_check_json},
    {"sarif", write_check_sarif},        {"github", write_check_github},
    {"unix", write_check_unix},          {"gcc", write_check_gcc},
    {"junit", write_check_junit},        {"markdown", write_check_markdown},
    {"html", write_check_html},          {"codeclimate", write_check_codeclimate},
    {"gitlab", write_check_codeclimate},
};

constexpr Format kForecast[] = {
    {"table", write_forecast_table},       {"wide", write_forecast_wide}, {"yaml", write_forecast_yaml},
    {"timeline", write_forecast_timeline}, {"json", write_forecast_json},
};

CheckWriter find(std::span<const Format> formats, std::string_view name) {
  for (const Format& format : formats) {
    if (format.name == name) return format.writer;
  }
  return nullptr;
}

std::vector<std::string_view> names(std::span<const Format> formats) {
  std::vector<std::string_view> all;
  for (const Format& format : formats) all.push_back(format.name);
  return all;
}

}  // namespace

CheckWriter check_writer(std::string_view format) { return find(kCheck, format); }
std::vector<std::string_view> check_formats() { return names(kCheck); }
CheckWriter forecast_writer(std::string_view format) { return find(kForecast, format); }
std::vector<std::string_view> forecast_formats() { return names(kForecast); }

}  // namespace podseer::report
