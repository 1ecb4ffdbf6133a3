// SPDX-License-Identifier: Apache-2.0
// An HTTP readiness probe reaches a server that answers with 404, in another scheme, or not in HTTP
// at all (pkg/probe/http, Kubernetes 1.34). Known for servers in the default configuration of their
// image.
#include "rules/http_answers.hpp"

namespace podseer::rules {

void pod617_readiness_answer_is_no_success(const kube::PodTemplate& pod, RuleContext& context) {
  report_wrong_answers(pod, ProbeSite::Role::Readiness, context);
}

}  // namespace podseer::rules
