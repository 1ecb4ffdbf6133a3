// SPDX-License-Identifier: Apache-2.0
// From a place in a rendering to the place that a person edits. Helm names the template in a `# Source:`
// comment above each document; the line is the one that holds the same text, if there is just one.
// Kustomize keeps kinds and (but for prefixes, suffixes and hashes) names: the same field of the same
// object is looked for in the files that were rendered.
#include <algorithm>
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
    if (found == nullptr && step.item_name.empty() && step.index < node->items().size()) found = &node->items()[step.index];
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
        const bool better = candidate.name.size() > longest ||
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
      SourceSpan found;
      int count = 0;
      for (std::uint32_t at = 1; !wanted.empty() && at <= source.line_count(); ++at) {
        const std::string_view text = source.line(at);
        if (trimmed(text) != wanted) continue;
        ++count;
        const std::uint32_t begin = source.line_begin(at) + static_cast<std::uint32_t>(text.find(wanted));
        found = {unit.file, begin, begin + static_cast<std::uint32_t>(wanted.size())};
      }
      return count == 1 ? found : SourceSpan{unit.file, 0, 0};
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
  std::map<std::string, std::pair<std::size_t, std::vector<std::string>>> told;  // place and text; finding, environments
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
    for (rules::Note& note : finding.notes) note.span = guide.back(note.span);
    if (finding.effect) {
      for (SourceSpan& span : finding.effect->evidence) span = guide.back(span);
    }
    finding.fix.reset();  // edits are places in the rendering
    const std::string key = finding.rule + "\x1f" + std::to_string(place.file) + ":" + std::to_string(place.begin) + "\x1f" + finding.message;
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
