// SPDX-License-Identifier: Apache-2.0
// Job and CronJob, as the API server 1.34 checks them on create (pkg/apis/batch/validation). A
// Job's restartPolicy must be written, its selector is generated, and its name becomes a label of
// its pods; a CronJob's jobTemplate is checked without the Job's defaults. Worked example: schedule
// "0 3 * * 7" gives `spec.schedule: Invalid value: "0 3 * * 7": end of range (7) above maximum (6):
// 7`.
#include <optional>

#include "admission/job_policies.hpp"
#include "admission/pod_checks.hpp"
#include "kube/cron.hpp"
#include "kube/time_zone.hpp"
#include "source/ascii.hpp"

namespace podseer::admission {
namespace {

// Limits of pkg/apis/batch/validation.
constexpr std::int64_t kIndexedParallelismMax = 100000;
constexpr std::int64_t kFailedIndexesMax = 100000;
constexpr std::int64_t kCompletionsSoftLimit = 100000;
constexpr std::int64_t kHighCompletionsMax = 10000;  // parallelism and failed indexes beyond the soft limit
constexpr std::size_t kManagedByMax = 63;
constexpr std::size_t kCronJobNameMax = 52;  // leaves 11 characters for the time of the run

constexpr std::string_view kCompletionModes[] = {"NonIndexed", "Indexed"};
constexpr std::string_view kReplacementPolicies[] = {"Failed", "TerminatingOrFailed"};
constexpr std::string_view kRestartPolicies[] = {"OnFailure", "Never"};
constexpr std::string_view kConcurrencyPolicies[] = {"Allow", "Forbid", "Replace"};

/// Numbers of a Job after its defaults; empty where they stay unset.
struct JobNumbers {
  std::optional<std::int64_t> completions, parallelism;
};

JobNumbers numbers_of(const View& spec, bool defaulted) {
  JobNumbers numbers;
  if (spec["completions"].present()) numbers.completions = spec["completions"].integer();
  if (spec["parallelism"].present()) numbers.parallelism = spec["parallelism"].integer();
  if (!defaulted) return numbers;
  if (!numbers.completions && !numbers.parallelism) numbers.completions = 1;
  if (!numbers.parallelism) numbers.parallelism = 1;
  return numbers;
}

void validate_indexed(const View& spec, const JobNumbers& numbers, const Path& path, Errors& errors) {
  const View failed = spec["maxFailedIndexes"];
  const auto at_most = [](std::int64_t limit) { return "must be less than or equal to " + std::to_string(limit); };
  if (!numbers.completions) {
    errors.required(path.child("completions"), spec["completionMode"], "when completion mode is Indexed");
  }
  if (numbers.parallelism.value_or(0) > kIndexedParallelismMax) {
    invalid_number(path.child("parallelism"), spec["parallelism"],
                   at_most(kIndexedParallelismMax) + " when completion mode is Indexed", errors);
  }
  const Path failed_path = path.child("maxFailedIndexes");
  if (numbers.completions && failed.present() && failed.integer() > *numbers.completions) {
    invalid_number(failed_path, failed, "must be less than or equal to completions", errors);
  }
  if (failed.present() && failed.integer() > kFailedIndexesMax) {
    invalid_number(failed_path, failed, at_most(kFailedIndexesMax), errors);
  }
  if (numbers.completions.value_or(0) <= kCompletionsSoftLimit || spec["backoffLimitPerIndex"].absent()) return;
  const std::string high = at_most(kHighCompletionsMax) + " when completions are above " +
                           std::to_string(kCompletionsSoftLimit) + " and used with backoff limit per index";
  if (failed.absent()) {
    errors.required(failed_path, spec["completions"],
                    "must be specified when completions is above " + std::to_string(kCompletionsSoftLimit));
  }
  if (numbers.parallelism.value_or(0) > kHighCompletionsMax) {
    invalid_number(path.child("parallelism"), spec["parallelism"], high, errors);
  }
  if (failed.present() && failed.integer() > kHighCompletionsMax) invalid_number(failed_path, failed, high, errors);
}

void validate_managed_by(const View& managed, const Path& path, Errors& errors) {
  if (managed.absent()) return;
  const std::string_view text = managed.str();
  const std::size_t slash = text.find('/');
  if (text.empty()) {
    errors.required(path, managed);
  } else if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) {
    invalid_text(path, managed, "must be a domain-prefixed path (such as \"acme.io/foo\")", errors);
  } else {
    const std::string_view host = text.substr(0, slash);
    add_complaints(kube::check_dns_subdomain(host), path, managed.span(), go_quote(host), errors);
  }
  if (text.size() > kManagedByMax) {
    errors.too_long(path, managed, "may not be more than " + std::to_string(kManagedByMax) + " bytes");
  }
}

void validate_job_restart_policy(const View& spec, const Path& path, Errors& errors) {
  const View policy = spec["template"]["spec"]["restartPolicy"];
  const Path at = path.child("template.spec.restartPolicy");
  if (policy.str().empty() || policy.str() == "Always") {
    errors.required(at, policy, "valid values: \"OnFailure\", \"Never\"");
  } else if (!is_one_of(policy.str(), kRestartPolicies)) {
    errors.not_supported(at, policy, kRestartPolicies);
  } else if (spec["podFailurePolicy"].present() && policy.str() != "Never") {
    invalid_text(at, policy, "only \"Never\" is supported when podFailurePolicy is specified", errors);
  }
}

/// What a Job and a CronJob's jobTemplate share. `defaulted`: it is a Job itself.
void validate_job_spec(const View& spec, const Path& path, bool defaulted, Errors& errors) {
  const JobNumbers numbers = numbers_of(spec, defaulted);
  for (const std::string_view key : {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
                                     "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"}) {
    validate_non_negative(spec[key], path.child(key), errors);
  }
  const View per_index = spec["backoffLimitPerIndex"];
  const View failed = spec["maxFailedIndexes"];
  if (failed.present() && per_index.absent()) {
    errors.required(path.child("backoffLimitPerIndex"), failed, "when maxFailedIndexes is specified");
  }
  validate_managed_by(spec["managedBy"], path.child("managedBy"), errors);
  const View mode = spec["completionMode"];
  const bool indexed = mode.str() == "Indexed";
  if (mode.present()) require_one_of(mode, path.child("completionMode"), kCompletionModes, errors);
  if (indexed) {
    validate_indexed(spec, numbers, path, errors);
  } else if (mode.absent() || mode.str() == "NonIndexed") {
    constexpr std::string_view kIndexedOnly = "requires indexed completion mode";
    if (per_index.present()) invalid_number(path.child("backoffLimitPerIndex"), per_index, kIndexedOnly, errors);
    if (failed.present()) invalid_number(path.child("maxFailedIndexes"), failed, kIndexedOnly, errors);
  }
  validate_failure_policy(spec, path.child("podFailurePolicy"), errors);
  const View success = spec["successPolicy"];
  if (success.present()) {
    if (!indexed) {
      errors.invalid(path.child("successPolicy"), success, printed_success_policy(success),
                     "requires indexed completion mode");
    } else {
      validate_success_policy(success, numbers.completions.value_or(0), path.child("successPolicy"), errors);
    }
  }
  const View replacement = spec["podReplacementPolicy"];
  if (replacement.present()) {
    const std::span<const std::string_view> allowed(kReplacementPolicies);
    require_one_of(replacement, path.child("podReplacementPolicy"),
                   spec["podFailurePolicy"].present() ? allowed.first(1) : allowed, errors);
  }
  const View pod_template = spec["template"];
  PodSpecContext context;
  context.metadata = pod_template["metadata"];
  validate_pod_template(pod_template, path.child("template"), context, errors);
  validate_job_restart_policy(spec, path, errors);
}

constexpr std::string_view kNameLabels[] = {"job-name", "batch.kubernetes.io/job-name"};
constexpr std::string_view kUidLabels[] = {"controller-uid", "batch.kubernetes.io/controller-uid"};

/// The labels that the server itself puts on the template: a name that is too long, or one that the
/// manifest claims with another value.
void validate_generated_labels(const View& root, const View& spec, Errors& errors) {
  const View labels = spec["template"]["metadata"]["labels"];
  const std::string_view name = root["metadata"]["name"].str();
  const Path path("spec.template.metadata.labels");
  for (const std::string_view key : kUidLabels) {
    if (const yaml::Entry* entry = entry_of(labels, key)) {
      errors.invalid(path.key(key), view_of(*entry), printed_json(labels), "must be '<the uid of the Job>'");
    }
  }
  for (const std::string_view key : kNameLabels) {
    const yaml::Entry* entry = entry_of(labels, key);
    if (entry == nullptr || name.empty() || entry->value.string_or("") == name) continue;
    errors.invalid(path.key(key), view_of(*entry), printed_json(labels), "must be '" + std::string(name) + "'");
  }
}

/// A selector that the manifest writes although the server generates one.
void validate_own_selector(const View& root, const View& spec, Errors& errors) {
  const View selector = spec["selector"];
  if (selector.absent()) return;
  const Path path("spec.selector");
  const View labels = spec["template"]["metadata"]["labels"];
  const std::string_view name = root["metadata"]["name"].str();
  bool generated = selector["matchExpressions"].size() == 0;
  bool on_template = generated;
  for (const yaml::Entry& entry : selector["matchLabels"].entries()) {
    const bool names_job = is_one_of(entry.key, kNameLabels) && entry.value.string_or("") == name;
    const yaml::Entry* label = entry_of(labels, entry.key);
    generated = generated && names_job;
    on_template =
        on_template && (names_job || (label != nullptr && label->value.string_or("") == entry.value.string_or("")));
  }
  if (!generated) { errors.invalid(path, selector, printed_selector(selector), "`selector` not auto-generated"); }
  validate_label_selector(selector, path, errors);
  if (!on_template && selector["matchExpressions"].size() == 0) {
    errors.invalid(Path("spec.template.metadata.labels"), labels, printed_json(labels),
                   "`selector` does not match template `labels`");
  }
}

void validate_time_zone(const View& zone, const Path& path, Errors& errors) {
  if (zone.absent()) return;
  constexpr std::size_t kPartMax = 14;
  const std::string_view name = zone.str();
  if (name.empty()) return invalid_text(path, zone, "timeZone must be nil or non-empty string", errors);
  const std::string unknown = "unknown time zone " + std::string(name);
  std::string_view rest = name;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    const bool legal = !part.empty() && part.size() <= kPartMax && part != "." && part != ".." && part.front() != '-' &&
                       part.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_0123456789+") ==
                           std::string_view::npos;
    if (!legal) return invalid_text(path, zone, unknown, errors);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  const std::string lower = source::lowered(name);
  if (lower == "local") {
    invalid_text(path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
                 errors);
    if (name == "Local") return;
  }
  if (!kube::is_time_zone(name)) invalid_text(path, zone, unknown, errors);
}

}  // namespace

void validate_job(const View& root, const kube::Object&, Errors& errors) {
  const View metadata = root["metadata"];
  const Path metadata_path("metadata");
  validate_object_meta(metadata, metadata_path, NameRule::Subdomain, true, errors);
  const View spec = root["spec"];
  const Path path("spec");
  const View labels = spec["template"]["metadata"]["labels"];
  // Labels are copied from the template where the Job has none.
  if (metadata["labels"].size() == 0) validate_labels(labels, metadata_path.child("labels"), errors);
  const bool manual = spec["manualSelector"].flag();
  const View name = metadata["name"];
  if (!manual) validate_generated_labels(root, spec, errors);
  validate_job_spec(spec, path, true, errors);
  if (!manual) {
    const kube::Complaints complaints = kube::check_label_value(name.str());
    add_complaints(complaints, path.child("template.labels"), name, errors);
    validate_own_selector(root, spec, errors);
  } else {
    const View selector = spec["selector"];
    if (selector.absent()) errors.required(path.child("selector"), spec["manualSelector"]);
    validate_label_selector(selector, path.child("selector"), errors);
    const bool everything =
        selector.present() && selector["matchLabels"].size() + selector["matchExpressions"].size() == 0;
    if (selector.absent() || (!everything && selector_is_valid(selector) && !selector_matches(selector, labels))) {
      errors.invalid(path.child("template.metadata.labels"), labels, printed_json(labels),
                     "`selector` does not match template `labels`");
    }
  }
  const JobNumbers numbers = numbers_of(spec, true);
  if (spec["completionMode"].str() != "Indexed" || numbers.completions.value_or(0) <= 0) return;
  const std::string last = std::string(name.str()) + "-" + std::to_string(*numbers.completions - 1);
  if (name.str().empty() || kube::is_dns_label(last)) return;
  invalid_text(metadata_path.child("name"), name, "will not able to create pod with invalid DNS label: " + last,
               errors);
}

void validate_cron_job(const View& root, const kube::Object&, Errors& errors) {
  const View metadata = root["metadata"];
  const Path metadata_path("metadata");
  validate_object_meta(metadata, metadata_path, NameRule::Subdomain, true, errors);
  const View spec = root["spec"];
  const Path path("spec");
  const View schedule = spec["schedule"];
  const Path schedule_path = path.child("schedule");
  if (schedule.str().empty()) {
    errors.required(schedule_path, schedule);
  } else {
    if (const auto problem = kube::cron_problem(schedule.str()))
      invalid_text(schedule_path, schedule, *problem, errors);
    if (schedule.str().find("TZ") != std::string_view::npos) {
      invalid_text(schedule_path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead", errors);
    }
  }
  validate_non_negative(spec["startingDeadlineSeconds"], path.child("startingDeadlineSeconds"), errors);
  validate_time_zone(spec["timeZone"], path.child("timeZone"), errors);
  const View concurrency = spec["concurrencyPolicy"];
  if (!concurrency.str().empty()) {
    require_one_of(concurrency, path.child("concurrencyPolicy"), kConcurrencyPolicies, errors);
  }
  const View job = spec["jobTemplate"]["spec"];
  const Path job_path = path.child("jobTemplate.spec");
  validate_job_spec(job, job_path, false, errors);
  const View selector = job["selector"];
  if (selector.present()) {
    errors.invalid(job_path.child("selector"), selector, printed_selector(selector),
                   "`selector` will be auto-generated");
  }
  if (job["manualSelector"].flag()) {
    constexpr std::string_view kUnset[] = {"nil", "false"};
    errors.not_supported(job_path.child("manualSelector"), job["manualSelector"], kUnset);
  }
  for (const std::string_view key : {"successfulJobsHistoryLimit", "failedJobsHistoryLimit"}) {
    validate_non_negative(spec[key], path.child(key), errors);
  }
  const View name = metadata["name"];
  if (name.str().size() > kCronJobNameMax) {
    invalid_text(metadata_path.child("name"), name, "must be no more than 52 characters", errors);
  }
}

}  // namespace podseer::admission
