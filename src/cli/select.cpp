// SPDX-License-Identifier: Apache-2.0
#include "cli/select.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <set>

#include "cli/baseline.hpp"
#include "cli/ignores.hpp"
#include "source/glob.hpp"
#include "source/ignore.hpp"

namespace podseer::cli {
namespace {
namespace fs = std::filesystem;

bool chosen(const Options& options, const rules::Finding& finding) {
  if (!options.select.empty() && !names_rule(options.select, finding.rule)) return false;
  return !names_rule(options.ignore, finding.rule);
}

void set_severity(const Options& options, rules::Finding& finding) {
  for (const auto& [rule, severity] : options.severity) {
    if (names_rule(rule, finding.rule)) finding.severity = severity;
  }
}

/// Which of the --per-file-ignores concern a file; asked once a file.
class PerFile {
 public:
  explicit PerFile(const Options& options) {
    for (const auto& [pattern, rules] : options.per_file_ignores) {
      patterns_.push_back({source::IgnoreRules::read(pattern), &rules});
    }
  }
  [[nodiscard]] bool ignores(const rules::Finding& finding, const source::SourceMap& sources) const {
    if (patterns_.empty() || !finding.span.exists()) return false;
    const fs::path path = fs::path(sources.file(finding.span.file).path()).lexically_normal();
    return std::any_of(patterns_.begin(), patterns_.end(), [&](const auto& entry) {
      return names_rule(*entry.second, finding.rule) && matches(entry.first, path);
    });
  }

 private:
  static bool matches(const source::IgnoreRules& rules, const fs::path& path) {
    fs::path at;
    for (const fs::path& part : path) {
      at /= part;
      if (rules.match(at.generic_string(), at != path) == source::IgnoreRules::Verdict::Ignore) return true;
    }
    return false;
  }
  std::vector<std::pair<source::IgnoreRules, const std::vector<std::string>*>> patterns_;
};

/// --focus: is any place of the finding in one of the PATHs?
class Focus {
 public:
  Focus(const Options& options, const source::SourceMap& sources) : on_(options.focus), files_(sources.size(), !on_) {
    if (!on_) return;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const fs::path path = fs::path(sources.file(static_cast<source::FileId>(i)).path()).lexically_normal();
      for (const std::string& word : options.focus_paths) {
        const fs::path relative = path.lexically_relative(fs::path(word).lexically_normal());
        files_[i] = files_[i] || (!relative.empty() && *relative.begin() != "..");
      }
    }
  }
  [[nodiscard]] bool on(const rules::Finding& finding) const {
    if (!on_) return true;
    const auto in = [&](const source::SourceSpan& span) { return span.exists() && files_[span.file]; };
    return in(finding.span) ||
           std::any_of(finding.notes.begin(), finding.notes.end(), [&](const auto& note) { return in(note.span); });
  }

 private:
  bool on_;
  std::vector<bool> files_;
};

void add_findings(std::vector<rules::Finding> more, Analysis& analysis) {
  if (more.empty()) return;
  for (rules::Finding& finding : more) {
    finding.fingerprint = fingerprint_of(finding);
    analysis.findings.push_back(std::move(finding));
  }
  order_findings(analysis.findings, analysis.sources);
}

/// Entries of the baseline that nothing answers to any more. Of files that were not read this time nobody
/// can tell.
std::vector<rules::Finding> stale_findings(const Baseline& baseline, const source::SourceMap& sources) {
  std::vector<rules::Finding> findings;
  const rules::Rule* rule = rules::find_rule("POD004");
  const std::vector<Baseline::Entry> left = baseline.left();
  if (rule == nullptr || left.empty()) return findings;
  std::set<fs::path> read;
  for (std::size_t i = 0; i < sources.size(); ++i)
    read.insert(fs::path(sources.file(static_cast<source::FileId>(i)).path()).lexically_normal());
  for (const Baseline::Entry& entry : left) {
    std::error_code ignored;
    if (fs::exists(entry.file, ignored) && !read.contains(fs::path(entry.file).lexically_normal())) continue;
    const rules::Argument arguments[] = {{"entry", entry.description}};
    findings.push_back(rules::make_finding(*rule, entry.span, arguments));
  }
  return findings;
}

}  // namespace

std::string fingerprint_of(const rules::Finding& finding) {
  if (!finding.fingerprint.empty()) return finding.fingerprint;
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  for (const std::string* part : {&finding.rule, &finding.object_kind, &finding.object_namespace, &finding.object_name,
                                  &finding.field_path, &finding.message}) {
    for (const char c : *part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    hash = (hash ^ 0xffU) * 0x100000001b3U;
  }
  char printed[20];
  std::snprintf(printed, sizeof printed, "%016llx", static_cast<unsigned long long>(hash));
  return printed;
}

Selection select_findings(const Options& options, Analysis& analysis) {
  Selection selection;
  std::vector<rules::Finding>& findings = analysis.findings;
  // Ignores are held against everything that was found, so that one is called unused only when it is.
  Ignores ignores(options.no_ignore ? std::vector<Ignore>{} : find_ignores(analysis));
  for (rules::Finding& finding : findings) finding.fingerprint = fingerprint_of(finding);
  std::set<std::string> silenced;  // by place and text: findings move below
  const auto key = [](const rules::Finding& finding) {
    return finding.fingerprint + "\x1f" + std::to_string(finding.span.file) + ":" + std::to_string(finding.span.begin) +
           "\x1f" + finding.message;
  };
  for (const rules::Finding& finding : findings) {
    if (ignores.cover(finding, analysis.sources)) silenced.insert(key(finding));
  }
  add_findings(judge_ignores(ignores, analysis.sources), analysis);
  const PerFile per_file(options);
  const auto leave_out = [&] {
    std::erase_if(findings, [&](const rules::Finding& finding) { return !chosen(options, finding); });
    for (rules::Finding& finding : findings) set_severity(options, finding);
    if (options.min_severity) {
      std::erase_if(findings, [&](const rules::Finding& finding) { return finding.severity < *options.min_severity; });
    }
    selection.hidden += std::erase_if(findings, [&](const rules::Finding& finding) {
      return per_file.ignores(finding, analysis.sources) || (!silenced.empty() && silenced.contains(key(finding)));
    });
  };
  leave_out();
  if (options.baseline && options.update_baseline) {
    selection.error = write_baseline(*options.baseline, findings, analysis.sources);
    selection.hidden += findings.size();
    findings.clear();
  } else if (options.baseline) {
    Baseline baseline;
    selection.error = read_baseline(*options.baseline, options.called("--baseline"), analysis.sources, baseline);
    selection.hidden += std::erase_if(findings, [&](const rules::Finding& finding) { return baseline.take(finding); });
    add_findings(stale_findings(baseline, analysis.sources), analysis);
    leave_out();
  }
  const Focus focus(options, analysis.sources);
  selection.elsewhere = std::erase_if(findings, [&](const rules::Finding& finding) { return !focus.on(finding); });
  return selection;
}

}  // namespace podseer::cli
