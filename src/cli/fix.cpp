// SPDX-License-Identifier: Apache-2.0
#include "cli/fix.hpp"

#include <algorithm>
#include <vector>

namespace podseer::cli {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end == std::string_view::npos ? text.size() : end + 1));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

// One stretch of lines that differ: [a, a_end) of the old text became [b, b_end) of the new one.
struct Change {
  std::size_t a, a_end, b, b_end;
};

// Greedy resynchronisation on the next equal pair of lines: exact for the small edits of fixes.
std::vector<Change> changes(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  std::vector<Change> list;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i;
      ++j;
      continue;
    }
    constexpr std::size_t kReach = 200;  // lines
    std::size_t best = 2 * kReach + 1, di = a.size() - i, dj = b.size() - j;
    for (std::size_t x = 0; x <= kReach && i + x < a.size() && x < best; ++x) {
      for (std::size_t y = 0; y <= kReach && j + y < b.size() && x + y < best; ++y) {
        if (a[i + x] != b[j + y]) continue;
        best = x + y;
        di = x;
        dj = y;
      }
    }
    list.push_back({i, i + di, j, j + dj});
    i += di;
    j += dj;
  }
  return list;
}

void add_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

}  // namespace

Fixed apply_fixes(std::span<const rules::Finding> findings, const source::SourceMap& sources, bool unsafe_too) {
  Fixed fixed;
  std::map<source::FileId, std::vector<rules::Edit>> accepted;
  for (const rules::Finding& finding : findings) {
    if (!finding.fix || finding.fix->edits.empty() || (!finding.fix->safe && !unsafe_too)) continue;
    const auto clashes = [&](const rules::Edit& edit) {
      if (!edit.span.exists()) return true;
      for (const rules::Edit& other : accepted[edit.span.file]) {
        if (other.span == edit.span && other.replacement == edit.replacement) return true;  // said twice
        if (edit.span.begin < other.span.end && other.span.begin < edit.span.end) return true;
        if (edit.span.begin == other.span.begin) return true;
      }
      return false;
    };
    if (std::any_of(finding.fix->edits.begin(), finding.fix->edits.end(), clashes)) {
      ++fixed.skipped;
      continue;
    }
    for (const rules::Edit& edit : finding.fix->edits) accepted[edit.span.file].push_back(edit);
    ++fixed.applied;
  }
  for (auto& [file, edits] : accepted) {
    if (edits.empty()) continue;
    std::sort(edits.begin(), edits.end(),
              [](const rules::Edit& a, const rules::Edit& b) { return a.span.begin < b.span.begin; });
    const std::string_view bytes = sources.file(file).bytes();
    std::string text;
    std::size_t at = 0;
    for (const rules::Edit& edit : edits) {
      text += bytes.substr(at, edit.span.begin - at);
      text += edit.replacement;
      at = edit.span.end;
    }
    text += bytes.substr(at);
    fixed.files[file] = std::move(text);
  }
  return fixed;
}

std::string unified_diff(const std::string& path, std::string_view before, std::string_view after,
                         const std::set<std::size_t>& hidden) {
  if (before == after) return {};
  const auto a = lines_of(before), b = lines_of(after);
  const std::vector<Change> list = changes(a, b);
  constexpr std::size_t kContext = 3;
  std::string out = "--- a/" + path + "\n+++ b/" + path + "\n";
  std::size_t told = 0;  // lines of `a` before it stand in an earlier hunk
  for (std::size_t c = 0; c < list.size();) {
    std::size_t last = c;
    const auto hidden_between = [&](std::size_t from, std::size_t to) {
      return hidden.lower_bound(from) != hidden.lower_bound(to);
    };
    while (last + 1 < list.size() && list[last + 1].a - list[last].a_end <= 2 * kContext &&
           !hidden_between(list[last].a_end, list[last + 1].a))
      ++last;
    std::size_t before_lines = std::min(kContext, list[c].a - told);
    while (hidden_between(list[c].a - before_lines, list[c].a)) --before_lines;
    const std::size_t room = (last + 1 < list.size() ? list[last + 1].a : a.size()) - list[last].a_end;
    std::size_t after_lines = std::min(kContext, room);
    while (hidden_between(list[last].a_end, list[last].a_end + after_lines)) --after_lines;
    told = list[last].a_end + after_lines;
    const std::size_t a_begin = list[c].a - before_lines, a_end = list[last].a_end + after_lines;
    const std::size_t b_begin = list[c].b - before_lines, b_end = list[last].b_end + after_lines;
    const auto range = [](std::size_t begin, std::size_t end) {
      return std::to_string(end > begin ? begin + 1 : begin) + "," + std::to_string(end - begin);
    };
    out += "@@ -" + range(a_begin, a_end) + " +" + range(b_begin, b_end) + " @@\n";
    std::size_t at = a_begin;
    for (std::size_t k = c; k <= last; ++k) {
      for (; at < list[k].a; ++at) add_line(out, ' ', a[at]);
      for (; at < list[k].a_end; ++at) add_line(out, '-', a[at]);
      for (std::size_t n = list[k].b; n < list[k].b_end; ++n) add_line(out, '+', b[n]);
    }
    for (; at < a_end; ++at) add_line(out, ' ', a[at]);
    c = last + 1;
  }
  return out;
}

}  // namespace podseer::cli
