// SPDX-License-Identifier: Apache-2.0
// A rule: its data (from rules/PODnnn-*.yaml) and one stateless function.
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kube/pod.hpp"
#include "lifecycle/effect.hpp"
#include "process/outcome.hpp"
#include "rules/finding.hpp"
#include "world/world.hpp"

namespace podseer::rules {

/// A number that a rule decides by; from the rule's `params`, which also name its source.
struct Parameter {
  std::string_view name;
  double value = 0;
  std::string_view unit;
};

/// The catalogue entry of a rule; views into tables made at build time.
struct RuleInfo {
  std::string_view code;                     // "POD504"
  std::string_view name;                     // "liveness-kills-slow-start"
  std::string_view title;                    // one line
  std::string_view predicts;                 // STATUS, may be empty
  Certainty certainty = Certainty::Certain;  // the default; a finding may carry less
  Severity severity = Severity::Error;
  std::string_view message;  // with {placeholders}
  std::string_view label;    // short text under the caret, with {placeholders}; may be empty
  std::string_view why;
  std::string_view help;     // with {placeholders}
  std::string_view confirm;  // with {placeholders}; may be empty
  std::string_view since;    // podseer version
  std::string_view basis;    // where the behaviour is documented, with the Kubernetes version
  std::string_view stage;    // "reading", "admission", "placement", "workload"; empty: decided by its function
  std::string_view title_ko, message_ko, why_ko, help_ko;  // Korean; empty where not translated
  std::string_view page;                                   // the Markdown page
  std::span<const Parameter> parameters{};
};

class RuleContext;
using RuleFunction = void (*)(const kube::PodTemplate&, RuleContext&);

struct Rule {
  RuleInfo info;
  RuleFunction function = nullptr;  // null for codes that other stages emit (admission, reading)
};

/// All rules, ordered by code. Nothing is parsed: the table is made at build time.
[[nodiscard]] std::span<const Rule> all_rules();
/// The rule with that code or name, or null.
[[nodiscard]] const Rule* find_rule(std::string_view code_or_name);

/// The texts of a rule with every {name} replaced; what has no argument stays as it is.
[[nodiscard]] std::string fill(std::string_view text,
                               std::span<const std::pair<std::string_view, std::string>> arguments);

/// A named value for a placeholder.
using Argument = std::pair<std::string_view, std::string>;

/// What a rule sees and how it speaks. One for each pod; the rule that is running is known.
class RuleContext {
 public:
  struct Facts;  // see rules/engine.hpp

  RuleContext(const world::World& world, const kube::PodTemplate& pod, const Facts& facts);

  [[nodiscard]] const world::World& world() const { return world_; }
  /// The pod's namespace, defaulted.
  [[nodiscard]] std::string_view ns() const { return ns_; }
  /// What the process of a container does.
  [[nodiscard]] const process::Outcome& outcome(const kube::Container& container) const;
  [[nodiscard]] const Facts& facts() const { return facts_; }

  /// Certainty of a claim that rests on something not being in the files: Certain in a closed
  /// world, Likely otherwise.
  [[nodiscard]] Certainty absence() const;

  /// Starts a finding of the running rule; texts are filled from the rule's data with `arguments`.
  /// The caller sets what is particular (span, notes, effect, certainty) and hands it to `report`.
  [[nodiscard]] Finding finding(SourceSpan span, std::initializer_list<Argument> arguments) const;
  /// The number under `name` in the running rule's `params`; asking for another name is a bug.
  [[nodiscard]] double parameter(std::string_view name) const;
  /// An effect of the running rule for a container (or the whole pod).
  [[nodiscard]] static lifecycle::Effect effect(lifecycle::Step step, const kube::Container* container,
                                                std::string reason, std::string message);
  /// Hands a finding over. Findings whose certainty is lower than the rule's default lose severity:
  /// certain keeps the rule's, likely is at most a warning unless the rule says error, possible is a note.
  void report(Finding finding);

  /// "spec.template.spec.containers[0]" + suffix, for Finding::field_path.
  [[nodiscard]] std::string path(const kube::Container& container, std::string_view suffix = {}) const;
  [[nodiscard]] std::string path(std::string_view suffix) const;

  void set_running(const Rule* rule) { running_ = rule; }
  [[nodiscard]] std::vector<Finding>& findings() { return findings_; }

 private:
  const world::World& world_;
  const kube::PodTemplate& pod_;
  const Facts& facts_;
  std::string_view ns_;
  const Rule* running_ = nullptr;
  std::vector<Finding> findings_;
};

}  // namespace podseer::rules
