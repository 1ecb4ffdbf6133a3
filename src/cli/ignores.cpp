// SPDX-License-Identifier: Apache-2.0
#include "cli/ignores.hpp"

#include <algorithm>

#include "cli/suggest.hpp"
#include "rules/engine.hpp"

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
/// `last` is the answer for an earlier line of the file; it may hold here as well.
std::uint32_t next_line_of_content(const source::SourceFile& file, std::uint32_t line, std::uint32_t last) {
  if (last > line) return last;
  for (std::uint32_t next = line + 1; next <= file.line_count(); ++next) {
    const std::string_view text = trimmed(file.line(next));
    if (!text.empty() && !text.starts_with('#')) return next;
  }
  return line;
}

void find_comments(const source::SourceFile& file, source::FileId id, std::vector<Ignore>& ignores) {
  const std::string_view bytes = file.bytes();
  std::uint32_t last = 0;
  for (std::size_t at = bytes.find(kMark); at != std::string_view::npos; at = bytes.find(kMark, at + 1)) {
    const std::uint32_t line = file.position(static_cast<std::uint32_t>(at)).line;
    const std::size_t begin = file.line_begin(line);
    const std::string_view before = bytes.substr(begin, at - begin);
    const std::size_t hash = before.rfind('#');
    if (hash == std::string_view::npos || !trimmed(before.substr(hash + 1)).empty()) continue;
    std::string_view rest = file.line(line).substr(at - begin + kMark.size());
    Ignore ignore;
    ignore.span = {id, static_cast<std::uint32_t>(begin + hash),
                   static_cast<std::uint32_t>(begin + file.line(line).size())};
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
    if (ignore.reason.starts_with('#')) ignore.reason.clear();  // another comment
    const bool alone = trimmed(before.substr(0, hash)).empty();
    if (alone) last = next_line_of_content(file, line, last);
    ignore.line = alone ? last : line;
    ignores.push_back(std::move(ignore));
  }
}

enum class Of : std::uint8_t { Manifest, Source, Rendering };

void find_annotation(const kube::Object& object, Of of, std::vector<Ignore>& ignores) {
  if (object.root == nullptr) return;
  const yaml::Node* annotations = object.root->find("metadata", "annotations");
  const yaml::Node* value = annotations == nullptr ? nullptr : annotations->find(kAnnotation);
  if (value == nullptr || !value->is_string()) return;
  Ignore ignore;
  ignore.span = value->span();
  ignore.reach = Ignore::Reach::Object;
  ignore.object = &object;
  ignore.rendered = of == Of::Rendering;
  ignore.written = of != Of::Rendering;
  ignore.may_be_unused = of == Of::Manifest;
  const std::string_view text = value->text();
  const std::size_t colon = text.find(':');
  ignore.rules = split_rules(text.substr(0, colon));
  if (colon != std::string_view::npos) ignore.reason = trimmed(text.substr(colon + 1));
  ignores.push_back(std::move(ignore));
}

bool same_object(const Ignore& ignore, const rules::Finding& finding) {
  const kube::Object& object = *ignore.object;
  return (ignore.rendered || object.file == finding.span.file) && object.kind == finding.object_kind &&
         object.name == finding.object_name;
}

/// "ignore[POD302]" as it is spoken of.
std::string title_of(const Ignore& ignore) {
  std::string text = ignore.reach == Ignore::Reach::Object ? "podseer.dev/ignore"
                     : ignore.reach == Ignore::Reach::File ? "ignore-file"
                                                           : "ignore";
  if (ignore.rules.empty()) return text;
  text += "[";
  for (const std::string& rule : ignore.rules) text += (text.back() == '[' ? "" : ",") + rule;
  return text + "]";
}

bool is_known(const std::string& selector, const std::vector<std::string>& known) {
  return selector == "ALL" || std::any_of(known.begin(), known.end(), [&](const std::string& name) {
           return name == selector || (selector.starts_with("POD") && name.starts_with(selector));
         });
}

bool names_itself(const Ignore& ignore) {
  return std::any_of(ignore.rules.begin(), ignore.rules.end(), [](const std::string& selector) {
    const rules::Rule* rule = rules::find_rule(selector);
    return is_about_ignores(rule == nullptr ? std::string_view(selector) : rule->info.code);
  });
}

rules::Finding made(const char* code, source::SourceSpan span, std::initializer_list<rules::Argument> arguments) {
  const rules::Rule* rule = rules::find_rule(code);
  return rule == nullptr ? rules::Finding{} : rules::make_finding(*rule, span, {arguments.begin(), arguments.size()});
}

/// The comment with the blanks before it; with its whole line when nothing else stands there.
rules::Fix removal(const Ignore& ignore, const source::SourceFile& file) {
  const std::uint32_t line = file.position(ignore.span.begin).line;
  const std::uint32_t start = file.line_begin(line);
  const std::string_view bytes = file.bytes();
  std::uint32_t begin = ignore.span.begin, end = ignore.span.end;
  while (begin > start && (bytes[begin - 1] == ' ' || bytes[begin - 1] == '\t')) --begin;
  if (begin == start && end < bytes.size() && bytes[end] == '\n') ++end;
  return {"Remove the ignore", {{{ignore.span.file, begin, end}, ""}}, false};
}

void judge(const Ignore& ignore, const std::vector<std::string>& known, const source::SourceMap& sources,
           std::vector<rules::Finding>& findings) {
  const source::SourceFile& file = sources.file(ignore.span.file);
  bool unknown = false;
  for (const std::string& selector : ignore.rules) {
    if (is_known(selector, known)) continue;
    unknown = true;
    source::SourceSpan span = ignore.span;
    const std::size_t at = sources.text(span).find(selector);
    if (at != std::string_view::npos) {
      span.begin += static_cast<std::uint32_t>(at);
      span.end = span.begin + static_cast<std::uint32_t>(selector.size());
    }
    rules::Finding finding = made("POD002", span, {{"ignore", title_of(ignore)}, {"rule", selector}});
    const std::string near = nearest_word(selector, known);
    if (!near.empty()) {
      finding.label = "did you mean '" + near + "'?";
      if (at != std::string_view::npos) finding.fix = rules::Fix{"Write " + near, {{span, near}}, false};
    }
    findings.push_back(std::move(finding));
  }
  if (!ignore.used && !unknown && ignore.may_be_unused) {
    findings.push_back(made("POD001", ignore.span, {{"ignore", title_of(ignore)}}));
    if (ignore.reach != Ignore::Reach::Object) findings.back().fix = removal(ignore, file);
  }
  if ((ignore.used || !ignore.may_be_unused) && !unknown && ignore.reason.empty()) {
    findings.push_back(made("POD003", ignore.span, {{"ignore", title_of(ignore)}}));
  }
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
    const std::size_t before = ignores.size();
    if (!unit.rendered) find_comments(analysis.sources.file(unit.file), unit.file, ignores);
    for (const kube::Object& object : unit.objects)
      find_annotation(object, unit.rendered ? Of::Rendering : Of::Manifest, ignores);
    // Where only files that were named are read, or a template is not rendered, the finding may be out of sight.
    for (std::size_t i = before; i < ignores.size(); ++i)
      ignores[i].may_be_unused = ignores[i].may_be_unused && !unit.named && !unit.skipped;
  }
  // Of what was rendered people edit the sources: their comments count where findings are led back to. Their
  // annotations count as they were rendered.
  for (const FileUnit& unit : analysis.rendered_from) {
    const std::size_t before = ignores.size();
    find_comments(analysis.sources.file(unit.file), unit.file, ignores);
    for (std::size_t i = before; i < ignores.size(); ++i) ignores[i].may_be_unused = !analysis.partly_rendered;
    for (const kube::Object& object : unit.objects) find_annotation(object, Of::Source, ignores);
  }
  return ignores;
}

Ignores::Ignores(std::vector<Ignore> list) : list_(std::move(list)) {
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const Ignore& ignore = list_[i];
    if (ignore.rendered) anywhere_.push_back(i);
    else by_place_[{ignore.span.file, ignore.reach == Ignore::Reach::Line ? ignore.line : 0}].push_back(i);
  }
}

bool Ignores::cover(const rules::Finding& finding, const source::SourceMap& sources) {
  if (list_.empty() || !finding.span.exists()) return false;
  bool covered = false;
  const auto look = [&](const std::vector<std::size_t>& some) {
    for (const std::size_t i : some) {
      Ignore& ignore = list_[i];
      if (!ignore.rules.empty() && !names_rule(ignore.rules, finding.rule)) continue;
      if (is_about_ignores(finding.rule) && !names_itself(ignore)) continue;
      if (ignore.reach == Ignore::Reach::Object && !same_object(ignore, finding)) continue;
      ignore.used = covered = true;
    }
  };
  look(anywhere_);
  const source::SourceFile& file = sources.file(finding.span.file);
  const std::uint32_t line = file.position(finding.span.begin).line;
  std::vector<std::uint32_t> places = {line, 0};
  if (finding.around.file == finding.span.file) {  // a word of a script: a comment may stand where the script begins
    const std::uint32_t first = file.position(finding.around.begin).line;
    if (first != line) places.push_back(first);
  }
  for (const std::uint32_t place : places) {
    if (const auto found = by_place_.find({finding.span.file, place}); found != by_place_.end()) look(found->second);
  }
  return covered;
}

std::vector<rules::Finding> judge_ignores(Ignores& ignores, const source::SourceMap& sources) {
  std::vector<rules::Finding> findings;
  const std::vector<std::string> known = ignores.list().empty() ? std::vector<std::string>{} : known_rules();
  for (const Ignore& ignore : ignores.list()) {
    if (ignore.written && !names_itself(ignore)) judge(ignore, known, sources, findings);
  }
  std::erase_if(findings, [&](const rules::Finding& finding) { return ignores.cover(finding, sources); });
  for (const Ignore& ignore : ignores.list()) {
    if (ignore.written && names_itself(ignore)) judge(ignore, known, sources, findings);
  }
  return findings;
}

}  // namespace podseer::cli
