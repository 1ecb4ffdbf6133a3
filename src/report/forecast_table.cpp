// SPDX-License-Identifier: Apache-2.0
// The table that `kubectl get pods` will print, with a column that kubectl does not have: WHY.
// A row stands for all pods of an owner that fare alike; `web-* (x3)` are three of them.
#include <algorithm>
#include <string>
#include <vector>

#include "report/group.hpp"
#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

using Row = std::vector<std::string>;

std::string named(const lifecycle::Forecast& pod) {
  std::string name = pod.pod_name;
  if (pod.count > 1) name += " (x" + std::to_string(pod.count) + ")";
  return name;
}

std::string or_dash(std::string text) { return text.empty() ? std::string("-") : text; }

std::string chain(const lifecycle::Forecast& pod, bool unicode) {
  std::string text;
  for (const std::string& status : pod.then) {
    if (!text.empty()) text += unicode ? " \u2192 " : " -> ";
    text += status;
  }
  return text;
}

/// Red for what fails, yellow for what waits, green for what is well.
std::string_view color_of(const lifecycle::Forecast& pod) {
  if (pod.healthy()) return "\x1b[32m";
  if (pod.status == "Running" || pod.status == "Completed") return "\x1b[33m";
  return "\x1b[31m";
}

bool several_namespaces(std::span<const lifecycle::Forecast> pods) {
  return std::any_of(pods.begin(), pods.end(), [&](const auto& pod) { return pod.ns != pods.front().ns; });
}

void write_rows(const Report& report, const Style& style, bool wide, std::ostream& out) {
  const bool with_namespace = several_namespaces(report.forecasts);
  const WhyIndex reasons(report);
  Row head;
  if (with_namespace) head.emplace_back("NAMESPACE");  // as `kubectl get pods -A` does
  const std::size_t status_column = head.size() + 2;
  head.insert(head.end(), {"NAME", "READY", "STATUS", "RESTARTS"});
  if (wide) head.insert(head.end(), {"NODE", "PHASE", "THEN"});
  head.emplace_back("WHY");
  std::vector<Row> rows = {head};
  for (const lifecycle::Forecast& pod : report.forecasts) {
    Row row;
    if (with_namespace) row.push_back(or_dash(pod.ns));
    row.insert(row.end(), {named(pod), or_dash(pod.ready), pod.status,
                           pod.restarts_growing ? "growing" : std::to_string(pod.restarts)});
    if (wide) {
      row.push_back(or_dash(pod.node_name));
      row.push_back(or_dash(pod.phase));
      row.push_back(or_dash(chain(pod, style.unicode)));
    }
    row.push_back(reasons.why(pod));
    for (std::string& cell : row) cell = printable(cell, style.unicode);
    rows.push_back(std::move(row));
  }
  std::vector<int> widths(head.size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    int used = 0;
    for (std::size_t i = 0; i + 1 < rows[r].size(); ++i) {
      std::string cell = pad_right(rows[r][i], widths[i] + 3);
      used += widths[i] + 3;
      if (style.color && r > 0 && i == status_column)
        cell = std::string(color_of(report.forecasts[r - 1])) + cell + "\x1b[0m";
      line += cell;
    }
    const bool whole = wide || !style.terminal;
    line += whole ? rows[r].back() : cut(rows[r].back(), std::max(24, style.width - used), style.unicode);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out << line << '\n';
  }
}

void write_refusals(const Report& report, const Style& style, std::ostream& out) {
  bool first = true;
  for (const ObjectRow& row : report.objects) {
    if (row.accepted) continue;
    if (first && !report.forecasts.empty()) out << '\n';
    if (first) out << "Refused:\n";
    first = false;
    std::string name(row.kind);
    if (name.empty()) {
      name = row.file;
    } else {
      name.append("/").append(row.name).append(" (").append(row.file).append(")");
    }
    std::string message = row.message;
    std::replace(message.begin(), message.end(), '\n', ' ');
    const std::string line = "  " + printable(name, style.unicode) + ": " + printable(message, style.unicode);
    out << line << '\n';
  }
}

void write_table(const Report& report, const Style& style, bool wide, std::ostream& out) {
  if (report.forecasts.empty()) {
    out << "No pods.\n";
  } else {
    write_rows(report, style, wide, out);
  }
  write_refusals(report, style, out);
}

}  // namespace

void write_forecast_table(const Report& report, const Style& style, std::ostream& out) {
  write_table(report, style, false, out);
}

void write_forecast_wide(const Report& report, const Style& style, std::ostream& out) {
  write_table(report, style, true, out);
}

}  // namespace podseer::report
