// SPDX-License-Identifier: Apache-2.0
#include "admission/job_policies.hpp"

#include <charconv>
#include <optional>

#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

// Limits of pkg/apis/batch/validation.
constexpr std::size_t kRulesMax = 20;
constexpr std::size_t kExitCodesMax = 255;
constexpr std::size_t kConditionPatternsMax = 20;
constexpr std::size_t kSucceededIndexesMax = 64 * 1024;

constexpr std::string_view kActions[] = {"Count", "FailIndex", "FailJob", "Ignore"};
constexpr std::string_view kExitCodeOperators[] = {"In", "NotIn"};
constexpr std::string_view kStatuses[] = {"False", "True", "Unknown"};

/// `valid values: ["a" "b"]`, as %q prints a list.
std::string valid_values(std::span<const std::string_view> values) {
  std::string out = "valid values: [";
  for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : " ") + go_quote(values[i]);
  return out + "]";
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Parses "1,3-5" and counts its indexes; a sentence when it is malformed.
std::optional<std::string> check_indexes(std::string_view text, std::int64_t completions, std::int64_t& total) {
  total = 0;
  if (text.empty()) return {};
  std::int64_t last = -1;
  bool first = true;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view interval = text.substr(0, comma);
    const std::size_t dash = interval.find('-');
    const std::string_view low_text = interval.substr(0, dash);
    const std::string_view high_text = dash == std::string_view::npos ? low_text : interval.substr(dash + 1);
    if (high_text.find('-') != std::string_view::npos) {
      return "the fragment " + go_quote(interval) +
             " violates the requirement that an index interval can have at most two parts "
             "separated by '-'";
    }
    const auto low = parse_int(low_text);
    if (!low) return "cannot convert string to integer for index: " + go_quote(low_text);
    if (*low >= completions) return "too large index: " + go_quote(low_text);
    const auto high = parse_int(high_text);
    if (!high) return "cannot convert string to integer for index: " + go_quote(high_text);
    if (*high >= completions) return "too large index: " + go_quote(high_text);
    if (dash != std::string_view::npos && *low >= *high) {
      return "non-increasing order, previous: " + std::to_string(*low) + ", current: " + std::to_string(*high);
    }
    if (!first && last >= *low) {
      return "non-increasing order, previous: " + std::to_string(last) + ", current: " + std::to_string(*low);
    }
    total += *high - *low + 1;
    last = *high;
    first = false;
    if (comma == std::string_view::npos) return {};
    text.remove_prefix(comma + 1);
  }
}

void validate_exit_codes(const View& on, const View& pod_spec, const Path& path, Errors& errors) {
  const View op = on["operator"];
  if (op.str().empty()) {
    errors.required(path.child("operator"), op, valid_values(kExitCodeOperators));
  } else {
    require_one_of(op, path.child("operator"), kExitCodeOperators, errors);
  }
  const View container = on["containerName"];
  if (container.present()) {
    bool found = false;
    for (const std::string_view list : {"containers", "initContainers"}) {
      for (const yaml::Node& node : pod_spec[list].items()) {
        found = found || view_of(node, pod_spec)["name"].str() == container.str();
      }
    }
    if (!found) {
      invalid_text(path.child("containerName"), container,
                   "must be one of the container or initContainer names in the pod template", errors);
    }
  }
  const View values = on["values"];
  const Path values_path = path.child("values");
  if (values.size() == 0) {
    errors.invalid(values_path, values, printed_json(values), "at least one value is required");
  } else if (values.size() > kExitCodesMax) {
    errors.too_many(values_path, values, values.size(), kExitCodesMax);
  }
  bool ordered = true;
  SeenNames seen;
  std::int64_t previous = 0;
  std::size_t i = 0;
  for (const yaml::Node& node : values.items()) {
    const View value = view_of(node, values);
    const Path at = values_path.index(i);
    if (op.str() == "In" && value.integer() == 0) {
      invalid_number(at, value, "must not be 0 for the In operator", errors);
    }
    if (!seen.add(node.text())) errors.duplicate(at, value);
    if (i++ > 0 && previous > value.integer()) ordered = false;
    previous = value.integer();
  }
  if (!ordered) errors.invalid(values_path, values, "must be ordered");
}

void validate_pod_conditions(const View& patterns, const Path& path, Errors& errors) {
  if (patterns.size() > kConditionPatternsMax) errors.too_many(path, patterns, patterns.size(), kConditionPatternsMax);
  std::size_t i = 0;
  for (const yaml::Node& node : patterns.items()) {
    const View pattern = view_of(node, patterns);
    const Path at = path.index(i++);
    const View type = pattern["type"];
    add_complaints(kube::check_qualified_name(type.str()), at.child("type"), type.span(), quoted(type), errors);
    const View status = pattern["status"];  // default True
    if (!status.str().empty()) require_one_of(status, at.child("status"), kStatuses, errors);
  }
}

}  // namespace

void validate_failure_policy(const View& spec, const Path& path, Errors& errors) {
  const View policy = spec["podFailurePolicy"];
  if (policy.absent()) return;
  const View rules = policy["rules"];
  const Path rules_path = path.child("rules");
  if (rules.size() > kRulesMax) errors.too_many(rules_path, rules, rules.size(), kRulesMax);
  std::size_t i = 0;
  for (const yaml::Node& node : rules.items()) {
    const View rule = view_of(node, rules);
    const Path at = rules_path.index(i++);
    const View action = rule["action"];
    if (action.str().empty()) {
      errors.required(at.child("action"), action, valid_values(kActions));
    } else if (action.str() == "FailIndex") {
      if (spec["backoffLimitPerIndex"].absent()) {
        invalid_text(at.child("action"), action, "requires the backoffLimitPerIndex to be set", errors);
      }
    } else {
      require_one_of(action, at.child("action"), kActions, errors);
    }
    const View codes = rule["onExitCodes"];
    const View conditions = rule["onPodConditions"];
    if (codes.present()) validate_exit_codes(codes, spec["template"]["spec"], at.child("onExitCodes"), errors);
    validate_pod_conditions(conditions, at.child("onPodConditions"), errors);
    if (codes.present() && conditions.size() > 0) {
      errors.add(ErrorType::Invalid, at, rule.span(),
                 "Invalid value: specifying both OnExitCodes and OnPodConditions is not supported");
    } else if (codes.absent() && conditions.size() == 0) {
      errors.add(ErrorType::Invalid, at, rule.span(),
                 "Invalid value: specifying one of OnExitCodes and OnPodConditions is required");
    }
  }
}

void validate_success_policy(const View& policy, std::int64_t completions, const Path& path, Errors& errors) {
  const View rules = policy["rules"];
  const Path rules_path = path.child("rules");
  if (rules.size() == 0) {
    errors.required(rules_path, rules, "at least one rules must be specified when the successPolicy is specified");
  }
  if (rules.size() > kRulesMax) errors.too_many(rules_path, rules, rules.size(), kRulesMax);
  std::size_t i = 0;
  for (const yaml::Node& node : rules.items()) {
    const View rule = view_of(node, rules);
    const Path at = rules_path.index(i++);
    const View count = rule["succeededCount"];
    const View indexes = rule["succeededIndexes"];
    if (count.absent() && indexes.absent()) {
      errors.required(at, rule, "at least one of succeededCount or succeededIndexes must be specified");
    }
    std::int64_t total = 0;
    if (indexes.present()) {
      const Path indexes_path = at.child("succeededIndexes");
      if (indexes.str().size() > kSucceededIndexesMax) {
        errors.too_long(indexes_path, indexes,
                        "may not be more than " + std::to_string(kSucceededIndexesMax) + " bytes");
      }
      if (const auto problem = check_indexes(indexes.str(), completions, total)) {
        invalid_text(indexes_path, indexes, "error parsing succeededIndexes: " + *problem, errors);
        total = 0;
      }
    }
    if (count.absent()) continue;
    const Path count_path = at.child("succeededCount");
    validate_non_negative(count, count_path, errors);
    if (count.integer() > completions) {
      invalid_number(
          count_path, count,
          "must be less than or equal to " + std::to_string(completions) + " (the number of specified completions)",
          errors);
    }
    if (indexes.present() && count.integer() > total) {
      invalid_number(count_path, count,
                     "must be less than or equal to " + std::to_string(total) +
                         " (the number of indexes in the specified succeededIndexes field)",
                     errors);
    }
  }
}

std::string printed_success_policy(const View& policy) {
  static constexpr GoField kRule[] = {{"succeededIndexes", "SucceededIndexes"}, {"succeededCount", "SucceededCount"}};
  const View rules = policy["rules"];
  if (rules.absent()) return "{\"Rules\":null}";
  std::string out = "{\"Rules\":[";
  for (std::size_t i = 0; i < rules.size(); ++i) { out += (i == 0 ? "" : ",") + printed_struct(rules.at(i), kRule); }
  return out + "]}";
}

}  // namespace podseer::admission
