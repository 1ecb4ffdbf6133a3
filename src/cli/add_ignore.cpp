// SPDX-License-Identifier: Apache-2.0
#include "cli/add_ignore.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "cli/ignores.hpp"
#include "cli/write_file.hpp"

namespace podseer::cli {
namespace {

using source::SourceSpan;

constexpr int kDeepest = 400;

/// Is the byte inside of a scalar that goes over several lines? A `#` there would be text.
bool in_scalar(const yaml::Node& node, std::uint32_t offset, int depth) {
  if (depth > kDeepest) return false;
  if (node.is_scalar()) return node.span().begin < offset && offset < node.span().end;
  for (const yaml::Node& item : node.items()) {
    if (in_scalar(item, offset, depth + 1)) return true;
  }
  for (const yaml::Entry& entry : node.entries()) {
    const bool in_key = entry.key_span.begin < offset && offset < entry.key_span.end;
    if (in_key || in_scalar(entry.value, offset, depth + 1)) return true;
  }
  return false;
}

bool takes_comment(const FileUnit& unit, const source::SourceFile& file, std::uint32_t line_end) {
  if (unit.rendered || unit.skipped || file.path() == "<stdin>" || file.path().ends_with(".json")) return false;
  const std::string_view bytes = file.bytes();
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && bytes[first] == '{') return false;  // JSON by content
  return std::none_of(unit.stream.documents.begin(), unit.stream.documents.end(),
                      [&](const auto& document) { return in_scalar(document->root, line_end, 0); });
}

std::string one_line(const std::string& reason) {
  std::string out = reason;
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

}  // namespace

AddedIgnores add_ignores(const Analysis& analysis, const std::string& reason) {
  AddedIgnores added;
  std::map<source::FileId, std::map<std::uint32_t, std::set<std::string>>> wanted;
  for (const rules::Finding& finding : analysis.findings) {
    if (!finding.span.exists() || is_about_ignores(finding.rule)) continue;
    const SourceSpan place =
        finding.around.exists() ? finding.around : finding.span;  // within a script a comment is text
    wanted[place.file][analysis.sources.file(place.file).position(place.begin).line].insert(finding.rule);
  }
  std::vector<const FileUnit*> units;
  for (const std::deque<FileUnit>* files : {&analysis.files, &analysis.rendered_from}) {
    for (const FileUnit& unit : *files) units.push_back(&unit);
  }
  for (const FileUnit* one : units) {
    const FileUnit& unit = *one;
    const auto lines = wanted.find(unit.file);
    if (lines == wanted.end()) continue;
    const source::SourceFile& file = analysis.sources.file(unit.file);
    std::string text(file.bytes());
    std::size_t here = 0;
    for (auto line = lines->second.rbegin(); line != lines->second.rend(); ++line) {
      const auto end = static_cast<std::uint32_t>(file.line_begin(line->first) + file.line(line->first).size());
      if (!takes_comment(unit, file, end)) {
        added.skipped.push_back(file.path() + ":" + std::to_string(line->first) +
                                ": no comment can stand here; use the annotation");
        continue;
      }
      std::string comment = "  # podseer: ignore[";
      for (const std::string& rule : line->second) comment += (comment.back() == '[' ? "" : ",") + rule;
      text.insert(end, comment + "] " + one_line(reason));
      ++here;
    }
    if (here == 0) continue;
    added.lines += here;
    added.error = write_file_whole(file.path(), text);
    if (!added.error.empty()) return added;
  }
  return added;
}

}  // namespace podseer::cli
