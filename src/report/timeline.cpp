// SPDX-License-Identifier: Apache-2.0
// The first minutes of each pod as a picture: one row a container, time to the right. What a look
// at the container would show most of the time of a column fills it; a start that is too short to
// fill its column is a thin mark, so that every restart can be counted.
//
//     Deployment/web: CrashLoopBackOff 0/1, restarts growing [POD501]
//              0         1m        2m        3m
//       setup  ..
//       app      |x-|xx----|xx--------|xx------------
//                ContainerCreating, Error, CrashLoopBackOff
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "report/text.hpp"
#include "report/words.hpp"
#include "report/writers.hpp"

namespace podseer::report {
namespace {

using lifecycle::TimelineRow;
using lifecycle::TimelineSegment;

/// Seconds that the picture shows: five minutes, by which time every kind of failure has shown
/// itself.
constexpr double kShown = 300;
/// Seconds between two marks of the scale.
constexpr double kTick = 60;
constexpr int kLeastColumns = 20;
constexpr int kMostNameColumns = 24;

enum Shape { kWaiting, kRunning, kReady, kEnded, kBackoff, kStart, kShapes };

struct Glyph {
  const char* unicode;
  const char* ascii;
  const char* color;
  const char* meaning;
};
constexpr std::array<Glyph, kShapes> kGlyphs = {{
    {"\u00b7", ".", "\x1b[33m", "waiting"},
    {"\u2592", "o", "\x1b[33m", "running, not ready"},
    {"\u2588", "#", "\x1b[32m", "ready"},
    {"\u00d7", "x", "\x1b[31m", "ended"},
    {"\u2500", "-", "\x1b[31m", "back-off"},
    {"\u2502", "|", "\x1b[32m", "a short run"},
}};

Shape shape_of(const TimelineSegment& segment) {
  if (segment.state == "ready") return kReady;
  if (segment.state == "running") return kRunning;
  if (segment.state == "terminated") return kEnded;
  if (segment.state == "backoff") return kBackoff;
  return kWaiting;
}

/// The shapes of the columns of one row.
std::vector<Shape> columns_of(const TimelineRow& row, int columns) {
  const double step = kShown / columns;
  std::vector<Shape> out(static_cast<std::size_t>(columns), kWaiting);
  for (int c = 0; c < columns; ++c) {
    const double begin = c * step, end = begin + step;
    std::array<double, kShapes> share{};
    bool starts = false;
    for (const TimelineSegment& segment : row.segments) {
      const double part = std::min(end, segment.end) - std::max(begin, segment.begin);
      if (part <= 0) continue;
      const Shape shape = shape_of(segment);
      share[shape] += part;
      // It ended in this column without having filled any of it: it must have run in between.
      if (shape == kEnded && segment.begin >= begin && segment.begin < end) starts = true;
    }
    const auto best = std::max_element(share.begin(), share.end());
    Shape shape = static_cast<Shape>(best - share.begin());
    if (starts && shape != kRunning && shape != kReady) shape = kStart;
    out[static_cast<std::size_t>(c)] = shape;
  }
  return out;
}

std::string reasons_of(const TimelineRow& row) {
  std::string text;
  std::vector<std::string> seen;
  for (const TimelineSegment& segment : row.segments) {
    if (segment.begin >= kShown) break;
    const std::string word =
        segment.reason.empty() ? (segment.state == "ready" ? "ready" : segment.state) : segment.reason;
    if (std::find(seen.begin(), seen.end(), word) != seen.end()) continue;
    seen.push_back(word);
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string scale(int columns) {
  std::string text(static_cast<std::size_t>(columns), ' ');
  const double step = kShown / columns;
  for (double t = 0; t <= kShown; t += kTick) {
    const std::string mark = t == 0 ? "0" : std::to_string(static_cast<int>(t / 60)) + "m";
    const auto at = static_cast<std::size_t>(t / step);
    if (at + mark.size() <= text.size()) text.replace(at, mark.size(), mark);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void draw(const TimelineRow& row, int name_columns, int columns, const Style& style, std::ostream& out) {
  out << "  " << pad_right(cut(printable(row.container, style.unicode), name_columns, style.unicode), name_columns)
      << "  ";
  int last = -1;
  for (const Shape shape : columns_of(row, columns)) {
    const Glyph& glyph = kGlyphs[shape];
    if (style.color && shape != last) out << glyph.color;
    last = shape;
    out << (style.unicode ? glyph.unicode : glyph.ascii);
  }
  if (style.color) out << "\x1b[0m";
  out << '\n'
      << std::string(static_cast<std::size_t>(name_columns) + 4, ' ') << printable(reasons_of(row), style.unicode)
      << '\n';
}

void draw(const lifecycle::Forecast& pod, const Style& style, std::ostream& out) {
  std::string head = owner_of(pod) + ": " + pod.status;
  if (!pod.ready.empty()) head += " " + pod.ready;
  if (pod.restarts_growing) head += ", restarts growing";
  if (pod.count > 1) head += ", " + std::to_string(pod.count) + " pods";
  if (!pod.findings.empty()) head += " [" + pod.findings.front() + "]";
  out << printable(head, style.unicode) << '\n';
  if (pod.timeline.empty()) {
    out << "  " << (pod.count == 0 ? "no pod is made" : "no container is created") << '\n';
    return;
  }
  int name_columns = 0;
  for (const TimelineRow& row : pod.timeline) {
    name_columns = std::max(name_columns, display_width(printable(row.container, style.unicode)));
  }
  name_columns = std::min(name_columns, kMostNameColumns);
  const int columns = std::max(kLeastColumns, style.width - name_columns - 5);
  out << std::string(static_cast<std::size_t>(name_columns) + 4, ' ') << scale(columns) << '\n';
  for (const TimelineRow& row : pod.timeline) draw(row, name_columns, columns, style, out);
}

}  // namespace

void write_forecast_timeline(const Report& report, const Style& style, std::ostream& out) {
  if (report.forecasts.empty()) {
    out << "No pods.\n";
    return;
  }
  for (const lifecycle::Forecast& pod : report.forecasts) {
    draw(pod, style, out);
    out << '\n';
  }
  std::string legend;
  for (const Glyph& glyph : kGlyphs) {
    legend +=
        (legend.empty() ? "" : "   ") + std::string(style.unicode ? glyph.unicode : glyph.ascii) + " " + glyph.meaning;
  }
  out << legend << '\n';
}

}  // namespace podseer::report
