// SPDX-License-Identifier: Apache-2.0
#include "cli/ignores.hpp"

#include <algorithm>

#include "cli/suggest.hpp"
#include "rules/rule.hpp"

namespace podseer::cli {
namespace {

constexpr std::string_view kMark = "podseer: ignore";
constexpr std::string_view kAnnotation = "podseer.dev/ignore";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::vector<std::string> split_rules(std::string_view text) {
  std::vector<std::string> rules;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view one = trimmed(text.substr(0, comma));
    if (!one.empty()) rules.emplace_back(one);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return rules;
}

/// The line that a comment on a line of its own is about: the next that is neither empty nor a comment.
std::uint32_t next_line_of_content(const source::SourceFile& file, std::uint32_t line) {
  for (std::uint32_t next = line + 1; next <= file.line_count(); ++next) {
    const std::string_view text = trimmed(file.line(next));
    if (!text.empty() && !text.starts_with('#')) return next;
  }
  return line;
}

void find_comments(const source::SourceFile& file, source::FileId id, std::vector<Ignore>& ignores) {
  const std::string_view bytes = file.bytes();
  for (std::size_t at = bytes.find(kMark); at != std::string_view::npos; at = bytes.find(kMark, at + 1)) {
    const std::uint32_t line = file.position(static_cast<std::uint32_t>(at)).line;
    const std::size_t begin = file.line_begin(line);
    const std::string_view before = bytes.substr(begin, at - begin);
    const std::size_t hash = before.rfind('#');
    if (hash == std::string_view::npos || !trimmed(before.substr(hash + 1)).empty()) continue;
    std::string_view rest = file.line(line).substr(at - begin + kMark.size());
    Ignore ignore;
    ignore.span = {id, static_cast<std::uint32_t>(begin + hash), static_cast<std::uint32_t>(begin + file.line(line).size())};
    if (rest.starts_with("-file")) {
      ignore.reach = Ignore::Reach::File;
      rest.remove_prefix(5);
    }
    if (rest.starts_with('[')) {
      const std::size_t close = rest.find(']');
      ignore.rules = split_rules(rest.substr(1, close == std::string_view::npos ? close : close - 1));
      rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
    }
    ignore.reason = trimmed(rest);
    const bool alone = trimmed(before.substr(0, hash)).empty();
    ignore.line = alone ? next_line_of_content(file, line) : line;
    ignores.push_back(std::move(ignore));
  }
}

void find_annotation(const kube::Object& object, std::vector<Ignore>& ignores) {
  if (object.root == nullptr) return;
  const yaml::Node* annotations = object.root->find("metadata", "annotations");
  const yaml::Node* value = annotations == nullptr ? nullptr : annotations->find(kAnnotation);
  if (value == nullptr || !value->is_string()) return;
  Ignore ignore;
  ignore.span = value->span();
  ignore.reach = Ignore::Reach::Object;
  ignore.object = &object;
  const std::string_view text = value->text();
  const std::size_t colon = text.find(':');
  ignore.rules = split_rules(text.substr(0, colon));
  if (colon != std::string_view::npos) ignore.reason = trimmed(text.substr(colon + 1));
  ignores.push_back(std::move(ignore));
}

bool same_object(const kube::Object& object, const rules::Finding& finding) {
  return object.file == finding.span.file && object.kind == finding.object_kind && object.name == finding.object_name;
}

std::vector<std::string> known_rules() {
  std::vector<std::string> known;
  for (const rules::Rule& rule : rules::all_rules()) {
    known.emplace_back(rule.info.code);
    known.emplace_back(rule.info.name);
  }
  return known;
}

}  // namespace

bool names_rule(std::string_view selector, std::string_view code) {
  if (selector == "ALL" || selector == code) return true;
  if (selector.starts_with("POD")) return code.starts_with(selector);
  const rules::Rule* rule = rules::find_rule(code);
  return rule != nullptr && rule->info.name == selector;
}

bool names_rule(const std::vector<std::string>& selectors, std::string_view code) {
  return std::any_of(selectors.begin(), selectors.end(), [&](const std::string& one) { return names_rule(one, code); });
}

std::vector<Ignore> find_ignores(const Analysis& analysis) {
  std::vector<Ignore> ignores;
  for (const FileUnit& unit : analysis.files) {
    find_comments(analysis.sources.file(unit.file), unit.file, ignores);
    for (const kube::Object& object : unit.objects) find_annotation(object, ignores);
  }
  return ignores;
}

bool is_ignored(std::vector<Ignore>& ignores, const rules::Finding& finding, const source::SourceMap& sources) {
  if (ignores.empty() || !finding.span.exists()) return false;
  const std::uint32_t line = sources.file(finding.span.file).position(finding.span.begin).line;
  for (Ignore& ignore : ignores) {
    if (ignore.span.file != finding.span.file) continue;
    if (!ignore.rules.empty() && !names_rule(ignore.rules, finding.rule)) continue;
    if (ignore.reach == Ignore::Reach::Line && ignore.line != line) continue;
    if (ignore.reach == Ignore::Reach::Object && !same_object(*ignore.object, finding)) continue;
    ignore.used = true;
    return true;
  }
  return false;
}

std::vector<std::string> judge_ignores(const std::vector<Ignore>& ignores, const source::SourceMap& sources) {
  std::vector<std::string> sentences;
  const std::vector<std::string> known = ignores.empty() ? std::vector<std::string>{} : known_rules();
  for (const Ignore& ignore : ignores) {
    const source::SourceFile& file = sources.file(ignore.span.file);
    const std::string place = file.path() + ":" + std::to_string(file.position(ignore.span.begin).line) + ": ";
    bool unknown = false;
    for (const std::string& rule : ignore.rules) {
      const bool found = rule == "ALL" || std::any_of(known.begin(), known.end(), [&](const std::string& name) {
        return name == rule || (rule.starts_with("POD") && name.starts_with(rule));
      });
      if (found) continue;
      unknown = true;
      sentences.push_back(place + "this ignores an unknown rule '" + rule + "'" + did_you_mean(rule, known));
    }
    if (!ignore.used && !unknown) sentences.push_back(place + "nothing is ignored by this; remove it");
    if (ignore.used && ignore.reason.empty()) sentences.push_back(place + "an ignore should say why: ignore[CODE] reason");
  }
  return sentences;
}

}  // namespace podseer::cli
