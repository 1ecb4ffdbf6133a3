// SPDX-License-Identifier: Apache-2.0
// From a place in a rendering to the place that a person edits. Helm names the template in a `# Source:`
// comment above each document; the line is the one that holds the same text, or the same text around `{{ }}`,
// if there is just one; else the line of the values that holds it; else that of the key above.
// Kustomize keeps kinds and (but for prefixes, suffixes and hashes) names: the same field of the same
// object is looked for in the files that were rendered.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/render.hpp"

namespace podseer::cli {
namespace {

using source::SourceSpan;

bool contains(SourceSpan outer, SourceSpan inner) {
  return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

// One step from a value to a child: a key, or an item of a list.
struct Step {
  std::string_view key;
  std::size_t index = 0;
  std::string_view item_name;  // items of lists: their `name`, when they have one
  bool on_key = false;         // the span is that of the key itself
};

// The steps from `node` to the smallest thing that holds the span.
bool steps_to(const yaml::Node& node, SourceSpan span, std::vector<Step>& steps, int depth = 0) {
  if (depth > yaml::kMaxDepth) return false;
  for (const yaml::Entry& entry : node.entries()) {
    if (contains(entry.key_span, span)) {
      steps.push_back({entry.key, 0, {}, true});
      return true;
    }
    if (contains(entry.value.span(), span)) {
      steps.push_back({entry.key, 0, {}, false});
      steps_to(entry.value, span, steps, depth + 1);
      return true;
    }
  }
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    const yaml::Node& item = node.items()[i];
    if (!contains(item.span(), span)) continue;
    const yaml::Node* name = item.find("name");
    steps.push_back({{}, i, name == nullptr ? std::string_view{} : name->string_or(""), false});
    steps_to(item, span, steps, depth + 1);
    return true;
  }
  return false;
}

// Follows the steps in another tree; nowhere when it has no such thing.
SourceSpan follow(const yaml::Node& root, const std::vector<Step>& steps) {
  const yaml::Node* node = &root;
  for (const Step& step : steps) {
    if (!step.key.empty()) {
      const yaml::Entry* entry = node->find_entry(step.key);
      if (entry == nullptr) return {};
      if (step.on_key) return entry->key_span;
      node = &entry->value;
      continue;
    }
    const yaml::Node* found = nullptr;
    for (const yaml::Node& item : node->items()) {
      const yaml::Node* name = item.find("name");
      if (!step.item_name.empty() && name != nullptr && name->string_or("") == step.item_name) found = &item;
    }
    if (found == nullptr && step.item_name.empty() && step.index < node->items().size())
      found = &node->items()[step.index];
    if (found == nullptr) return {};
    node = found;
  }
  return node->span();
}

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t-");
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

// Does a template's line, whatever its `{{ }}` become, make the rendered line? How many of its letters are
// its own; 0: it does not.
std::size_t likeness(std::string_view line, std::string_view rendered) {
  constexpr std::size_t kLeast = 3;  // fewer letters say nothing
  std::size_t own = 0;
  bool first = true;
  while (true) {
    const std::size_t open = line.find("{{");
    const std::string_view piece = line.substr(0, open);
    own += static_cast<std::size_t>(
        std::count_if(piece.begin(), piece.end(), [](char c) { return c != ' ' && c != '"' && c != ':'; }));
    if (open == std::string_view::npos) {
      if (first ? rendered != piece : !rendered.ends_with(piece)) return 0;
      return own >= kLeast ? own : 0;
    }
    const std::size_t at = first ? (rendered.starts_with(piece) ? 0 : std::string_view::npos) : rendered.find(piece);
    if (at == std::string_view::npos) return 0;
    rendered.remove_prefix(at + piece.size());
    const std::size_t close = line.find("}}", open);
    if (close == std::string_view::npos) return 0;
    line.remove_prefix(close + 2);
    first = false;
  }
}

// The one line of a file that is most like the rendered one; nowhere when there are several or none.
SourceSpan line_like(const source::SourceFile& file, source::FileId id, std::string_view wanted, bool is_template) {
  SourceSpan found;
  std::size_t best = 0;
  bool only = false;
  for (std::uint32_t at = 1; !wanted.empty() && at <= file.line_count(); ++at) {
    const std::string_view text = file.line(at);
    const std::string_view content = trimmed(text);
    std::size_t own = content == wanted ? std::string_view::npos : 0;
    if (own == 0 && is_template && content.find("{{") != std::string_view::npos) own = likeness(content, wanted);
    if (own == 0 || own < best) continue;
    only = own > best;
    best = own;
    const std::uint32_t begin = file.line_begin(at) + static_cast<std::uint32_t>(text.find(content));
    found = {id, begin, begin + static_cast<std::uint32_t>(content.size())};
  }
  return only ? found : SourceSpan{};
}

std::size_t indentation(std::string_view line) { return std::min(line.find_first_not_of(" -"), line.size()); }

class Guide {
 public:
  Guide(const Rendered& rendered, const Analysis& analysis) : raw_(analysis.rendered_from), analysis_(analysis) {
    for (const Environment& environment : rendered.environments) environments_[environment.file] = &environment;
    for (const FileUnit& unit : analysis.files) {
      if (environments_.contains(unit.file)) rendered_[unit.file] = &unit;
    }
  }

  [[nodiscard]] const Environment* environment(SourceSpan span) const {
    const auto found = environments_.find(span.file);
    return found == environments_.end() ? nullptr : found->second;
  }

  [[nodiscard]] SourceSpan back(SourceSpan span) const {
    const Environment* from = environment(span);
    if (from == nullptr) return span;
    const SourceSpan found = from->helm ? to_template(span, *from) : to_manifest(span, *from);
    return found.exists() ? found : anywhere(*from);
  }

 private:
  const FileUnit* unit_of(source::FileId file) const {
    const auto found = rendered_.find(file);
    return found == rendered_.end() ? nullptr : found->second;
  }

  bool of_root(const FileUnit& unit, const Environment& from) const {
    const std::string& path = analysis_.sources.file(unit.file).path();
    return from.root == "." || path.starts_with(from.root + "/") || path.starts_with("./" + from.root + "/");
  }

  SourceSpan anywhere(const Environment& from) const {
    const FileUnit* first = nullptr;
    for (const FileUnit& unit : raw_) {
      if (!of_root(unit, from)) continue;
      const std::string& path = analysis_.sources.file(unit.file).path();
      if (path.find("ustomization") != std::string::npos || path.ends_with("Chart.yaml")) return {unit.file, 0, 0};
      if (first == nullptr) first = &unit;
    }
    return first == nullptr ? SourceSpan{from.file, 0, 0} : SourceSpan{first->file, 0, 0};
  }

  SourceSpan to_manifest(SourceSpan span, const Environment& from) const {
    const FileUnit* unit = unit_of(span.file);
    if (unit == nullptr) return {};
    const kube::Object* object = nullptr;
    for (const kube::Object& candidate : unit->objects) {
      if (contains(candidate.root->span(), span)) object = &candidate;
    }
    if (object == nullptr) return {};
    std::vector<Step> steps;
    steps_to(*object->root, span, steps);
    const std::string_view text = analysis_.sources.text(span);
    SourceSpan whole, best;
    std::size_t longest = 0;
    bool best_same = false, best_local = false;
    for (const FileUnit& source : raw_) {
      for (const kube::Object& candidate : source.objects) {
        const bool named = !candidate.name.empty() && object->name.find(candidate.name) != std::string_view::npos;
        if (candidate.kind != object->kind || !named) continue;
        // Patches come later and win: what they write is what was rendered.
        const SourceSpan place = follow(*candidate.root, steps);
        const bool same = place.exists() && analysis_.sources.text(place) == text;
        const bool local = of_root(source, from);
        const bool better =
            candidate.name.size() > longest ||
            (candidate.name.size() == longest && (same > best_same || (same == best_same && local > best_local)));
        if (place.exists() && (better || !best.exists())) {
          best = place;
          best_same = same;
          best_local = local;
        }
        if (candidate.name.size() >= longest) {
          longest = candidate.name.size();
          if (!whole.exists() || local) whole = candidate.name_span;
        }
      }
    }
    return best.exists() ? best : whole;
  }

  SourceSpan to_template(SourceSpan span, const Environment& from) const {
    const source::SourceFile& file = analysis_.sources.file(span.file);
    const std::uint32_t line = file.position(span.begin).line;
    std::string path;
    for (std::uint32_t at = line; at >= 1; --at) {
      const std::string_view text = file.line(at);
      if (text.starts_with("# Source: ")) {
        path = std::string(text.substr(10));
        break;
      }
    }
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos) return {};
    path = path.substr(slash + 1);  // the first segment is the chart's name, not its directory
    for (const FileUnit& unit : raw_) {
      const source::SourceFile& source = analysis_.sources.file(unit.file);
      if (!of_root(unit, from) || !source.path().ends_with("/" + path)) continue;
      const std::string_view wanted = trimmed(file.line(line));
      if (const SourceSpan found = line_like(source, unit.file, wanted, true); found.exists()) return found;
      if (const SourceSpan found = in_values(wanted, from); found.exists()) return found;
      std::size_t margin = indentation(file.line(line));
      for (std::uint32_t at = line - 1; at >= 1 && margin > 0 && !file.line(at).starts_with("# Source: "); --at) {
        if (indentation(file.line(at)) >= margin || trimmed(file.line(at)).empty()) continue;
        margin = indentation(file.line(at));
        if (const SourceSpan found = line_like(source, unit.file, trimmed(file.line(at)), true); found.exists())
          return found;
      }
      return {unit.file, 0, 0};
    }
    return {};
  }

  // The one line of the values that reads the same: what toYaml copies. The file that wins is asked first.
  [[nodiscard]] SourceSpan in_values(std::string_view wanted, const Environment& from) const {
    constexpr std::size_t kLeast = 6;  // bytes; shorter lines are everywhere
    if (wanted.size() < kLeast || wanted.ends_with(':')) return {};
    std::vector<std::string> files = {from.root == "." ? "values.yaml" : from.root + "/values.yaml"};
    files.insert(files.end(), from.values.begin(), from.values.end());
    for (auto path = files.rbegin(); path != files.rend(); ++path) {
      for (const std::deque<FileUnit>* units : {&raw_, &analysis_.files}) {
        for (const FileUnit& unit : *units) {
          const source::SourceFile& file = analysis_.sources.file(unit.file);
          std::error_code failed;
          if (unit.rendered || (file.path() != *path && !std::filesystem::equivalent(file.path(), *path, failed)))
            continue;
          if (const SourceSpan found = line_like(file, unit.file, wanted, false); found.exists()) return found;
        }
      }
    }
    return {};
  }

  const std::deque<FileUnit>& raw_;
  const Analysis& analysis_;
  std::map<source::FileId, const Environment*> environments_;
  std::map<source::FileId, const FileUnit*> rendered_;
};

}  // namespace

void lead_back(const Rendered& rendered, Analysis& analysis) {
  if (rendered.environments.empty()) return;
  const Guide guide(rendered, analysis);
  std::vector<rules::Finding> kept;
  std::map<std::string, std::pair<std::size_t, std::vector<std::string>>>
      told;  // place and text; finding, environments
  for (rules::Finding& finding : analysis.findings) {
    const Environment* environment = guide.environment(finding.span);
    if (environment == nullptr) {
      kept.push_back(std::move(finding));
      continue;
    }
    const std::uint32_t line = analysis.sources.file(finding.span.file).position(finding.span.begin).line;
    const std::string shown(analysis.sources.file(finding.span.file).line(line));
    const SourceSpan place = guide.back(finding.span);
    // A line that may hold a credential is not repeated.
    const bool secret = finding.object_kind == "Secret" || shown.find("value") != std::string::npos;
    if (!secret && analysis.sources.text(place) != analysis.sources.text(finding.span)) {
      finding.notes.insert(finding.notes.begin(), rules::Note{{}, "rendered as: " + std::string(trimmed(shown))});
    }
    finding.span = place;
    finding.around = {};
    for (rules::Note& note : finding.notes) note.span = guide.back(note.span);
    if (finding.effect) {
      for (SourceSpan& span : finding.effect->evidence) span = guide.back(span);
    }
    finding.fix.reset();  // edits are places in the rendering
    const std::string key = finding.rule + "\x1f" + std::to_string(place.file) + ":" + std::to_string(place.begin) +
                            "\x1f" + finding.message;
    const auto [at, fresh] = told.try_emplace(key, kept.size(), std::vector<std::string>{});
    at->second.second.push_back(environment->name);
    if (fresh) kept.push_back(std::move(finding));
  }
  for (const auto& [key, entry] : told) {
    std::string names;
    std::set<std::string> unique(entry.second.begin(), entry.second.end());
    for (const std::string& name : unique) names += (names.empty() ? "" : ", ") + name;
    kept[entry.first].notes.push_back({{}, "in " + names});
  }
  analysis.findings = std::move(kept);
}

}  // namespace podseer::cli
