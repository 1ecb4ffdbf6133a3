// SPDX-License-Identifier: Apache-2.0
// Commands that the kubelet runs inside a running container: exec probes and lifecycle hooks.
#pragma once

#include <functional>
#include <string>

#include "process/predict.hpp"
#include "rules/probe_sites.hpp"

namespace podseer::rules {

/// What reading says of such a command.
struct ExecVerdict {
  enum class Kind : std::uint8_t {
    Unknown,  // or it succeeds: nothing to say
    Missing,  // the program is not in the image: the runtime errors before anything runs
    Fails,    // it runs and ends with another exit code than 0
    Hangs     // it runs for ever, or nearly so
  };
  Kind kind = Kind::Unknown;
  int exit_code = 0;
  lifecycle::Seconds takes = 0;  // at least
  std::string program;           // the first word
  std::string why;               // one sentence
  std::string log;               // what it prints
  Certainty certainty = Certainty::Certain;
};

/// The files are those that are there once the container's own process has settled, or as `moment` says.
[[nodiscard]] ExecVerdict exec_verdict(const kube::PodTemplate& pod, const kube::Container& container,
                                       const kube::Handler& handler, const RuleContext& context,
                                       const process::ExecMoment& moment = {});

/// Calls `visit(container, verdict)` for each postStart hook that comes to run: its container's own process starts.
void each_post_start(const kube::PodTemplate& pod, const RuleContext& context,
                     const std::function<void(const kube::Container&, const ExecVerdict&)>& visit);

/// Reports exec probes of that role whose program is not in the image.
void report_missing_programs(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context);
/// Reports exec probes of that role that always fail.
void report_failing_commands(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context);

}  // namespace podseer::rules
