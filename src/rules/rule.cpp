// SPDX-License-Identifier: Apache-2.0
#include "rules/rule.hpp"

#include <algorithm>
#include <cctype>

#include "rules/engine.hpp"
#include "source/ascii.hpp"
#include "source/check.hpp"

namespace podseer::rules {
const Rule* find_rule(std::string_view code_or_name) {
  for (const Rule& rule : all_rules()) {
    if (source::same_letters(rule.info.code, code_or_name) || rule.info.name == code_or_name) return &rule;
  }
  return nullptr;
}

std::string fill(std::string_view text, std::span<const Argument> arguments) {
  std::string out;
  out.reserve(text.size() + 32);
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) {
      out += text;
      break;
    }
    const std::string_view name = text.substr(1, close - 1);
    const auto found =
        std::find_if(arguments.begin(), arguments.end(), [&](const Argument& a) { return a.first == name; });
    out += found != arguments.end() ? std::string_view(found->second) : text.substr(0, close + 1);
    text.remove_prefix(close + 1);
  }
  return out;
}

RuleContext::RuleContext(const world::World& world, const kube::PodTemplate& pod, const Facts& facts)
    : world_(world), pod_(pod), facts_(facts), ns_(world.namespace_of(*pod.owner)) {}

const process::Outcome& RuleContext::outcome(const kube::Container& container) const {
  static const process::Outcome kUnknown;
  const auto& list = container.init ? facts_.init_containers : facts_.containers;
  return container.index < list.size() ? list[container.index].outcome : kUnknown;
}

Certainty RuleContext::absence() const { return world_.assumptions().closed ? Certainty::Certain : Certainty::Likely; }

double RuleContext::parameter(std::string_view name) const {
  PODSEER_CHECK(running_ != nullptr);
  for (const Parameter& parameter : running_->info.parameters) {
    if (parameter.name == name) return parameter.value;
  }
  PODSEER_CHECK(!"a parameter that the rule's file does not have");
  return 0;
}

namespace {

/// How kubectl is told which pods are meant: by name where it is known, else by labels.
std::string pods_for_kubectl(const kube::PodTemplate& pod, const std::string& owner) {
  if (pod.workload == kube::WorkloadKind::Pod) return owner;
  if (pod.workload == kube::WorkloadKind::StatefulSet) return owner + "-0";
  std::string labels;
  for (const kube::LabelMap::Item& label : pod.labels.items) {
    labels += (labels.empty() ? "" : ",") + std::string(label.key) + "=" + std::string(label.value);
  }
  return labels.empty() ? owner + "-*" : "-l " + labels;
}

}  // namespace

Finding RuleContext::finding(SourceSpan span, std::initializer_list<Argument> arguments) const {
  PODSEER_CHECK(running_ != nullptr);
  std::vector<Argument> all(arguments);
  const std::string owner =
      pod_.owner->name.empty() ? std::string(pod_.owner->generate_name) + "*" : std::string(pod_.owner->name);
  all.emplace_back("owner", std::string(name_of(pod_.workload)) + "/" + owner);
  all.emplace_back("pod", pods_for_kubectl(pod_, owner));
  all.emplace_back("namespace", std::string(ns_));
  Finding finding = make_finding(*running_, span, all);
  finding.object_kind = pod_.owner->kind;
  finding.object_namespace = ns_;
  finding.object_name = owner;
  return finding;
}

lifecycle::Effect RuleContext::effect(lifecycle::Step step, const kube::Container* container, std::string reason,
                                      std::string message) {
  lifecycle::Effect effect;
  effect.step = step;
  if (container != nullptr) {
    effect.container = static_cast<int>(container->index);
    effect.init = container->init;
  }
  effect.reason = std::move(reason);
  effect.message = std::move(message);
  return effect;
}

void RuleContext::report(Finding finding) {
  PODSEER_CHECK(running_ != nullptr);
  finding.severity = severity_of(running_->info.severity, finding.certainty);
  if (finding.effect) {
    finding.effect->rule = finding.rule;
    finding.effect->certainty = std::min(finding.effect->certainty, finding.certainty);
    if (finding.effect->evidence.empty()) finding.effect->evidence.push_back(finding.span);
    if (finding.predicts.empty()) finding.predicts = finding.effect->reason;
  }
  findings_.push_back(std::move(finding));
}

std::string RuleContext::path(const kube::Container& container, std::string_view suffix) const {
  std::string text(pod_.field_prefix);
  text += container.init ? ".initContainers[" : ".containers[";
  text += std::to_string(container.index);
  text += ']';
  text += suffix;
  return text;
}

std::string RuleContext::path(std::string_view suffix) const { return std::string(pod_.field_prefix).append(suffix); }

}  // namespace podseer::rules
