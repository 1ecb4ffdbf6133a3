// SPDX-License-Identifier: Apache-2.0
// Strict decoding in the server's words: which of several mistakes is reported, and how it is called.
#include "admission/decode.hpp"

#include <string>

#include "admission/admission.hpp"
#include "admission/list_check.hpp"
#include "catch.hpp"
#include "source/base64.hpp"
#include "world_of.hpp"
#include "yaml/document.hpp"

using namespace podseer;

namespace {

std::string decoded(const std::string& kind, const std::string& text, std::string* place = nullptr) {
  const yaml::Stream stream = yaml::parse(0, text);
  REQUIRE(stream.documents.size() == 1);
  const auto found = kube::find_kind_of_any_group(kind, 34);
  REQUIRE(found);
  const admission::Decoding decoding = admission::decode(stream.documents[0]->root, found->type(), 34);
  if (place != nullptr && !decoding.errors.empty()) {
    const auto span = decoding.errors.front().span;
    *place = text.substr(span.begin, span.end - span.begin);
  }
  CHECK(decoding.ok == decoding.detail.empty());
  CHECK(decoding.ok == decoding.errors.empty());
  return decoding.detail;
}

std::string pod_decoded(const std::string& container, std::string* place = nullptr) {
  return decoded("Pod", "spec:\n  containers:\n    - {" + container + "}\n", place);
}

}  // namespace

TEST_CASE("a mismatch is named by the innermost struct and the path without indexes", "[admission]") {
  std::string place;
  CHECK(pod_decoded("env: [{name: A, value: 8080}]", &place) ==
        "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string");
  CHECK(place == "8080");
  CHECK(pod_decoded("ports: [{containerPort: \"80\"}]", &place) ==
        "json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type "
        "int32");
  CHECK(place == "\"80\"");
  CHECK(pod_decoded("env: {A: b}", &place) ==
        "json: cannot unmarshal object into Go struct field Container.spec.containers.env of type []v1.EnvVar");
  CHECK(place == "env");
  CHECK(decoded("Pod", "spec: {containers: [nginx]}") ==
        "json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container");
  CHECK(decoded("Deployment", "spec: {replicas: 1.5}") ==
        "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32");
  CHECK(decoded("Secret", "data: {a: 1}") ==
        "json: cannot unmarshal number into Go struct field Secret.data of type []uint8");
  CHECK(decoded("ConfigMap", "metadata: {labels: {a: true}}") ==
        "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string");
  CHECK(pod_decoded("imagePullPolicy: [Always]") ==
        "json: cannot unmarshal array into Go struct field Container.spec.containers.imagePullPolicy of type "
        "v1.PullPolicy");
  CHECK(
      pod_decoded("resources: {limits: [cpu]}") ==
      "json: cannot unmarshal array into Go struct field ResourceRequirements.spec.containers.resources.limits of type "
      "v1.ResourceList");
}

TEST_CASE("the first mismatch by sorted keys is reported, not the first in the file", "[admission]") {
  CHECK(pod_decoded("tty: x, command: y, args: z") ==
        "json: cannot unmarshal string into Go struct field Container.spec.containers.args of type []string");
}

TEST_CASE("a quantity, an int-or-string or a time hides what came before it", "[admission]") {
  CHECK(pod_decoded("command: y, resources: {limits: {cpu: 500mb}}") ==
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  CHECK(pod_decoded("resources: {limits: {cpu: 1ki}}") == "unable to parse quantity's suffix");
  CHECK(pod_decoded("args: y, livenessProbe: {httpGet: {port: 80.5}}") ==
        "json: cannot unmarshal number 80.5 into Go struct field "
        "HTTPGetAction.spec.containers.livenessProbe.httpGet.port of "
        "type int32");
  CHECK(decoded("Pod", "metadata: {creationTimestamp: 2024-01-01, annotations: x}") ==
        "parsing time \"2024-01-01\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"T\"");
  CHECK(decoded("Pod", "metadata: {creationTimestamp: \"2024-01-01T00:00:00Z\"}").empty());
  CHECK(decoded("Pod", "metadata: {creationTimestamp: null}").empty());
}

TEST_CASE("unknown fields count only without a mismatch, and then all of them, sorted", "[admission]") {
  CHECK(pod_decoded("zzz: 1, imge: x, command: word") ==
        "json: cannot unmarshal string into Go struct field Container.spec.containers.command of type []string");
  CHECK(pod_decoded("zzz: 1, imge: x") ==
        "strict decoding error: unknown field \"spec.containers[0].imge\", unknown field \"spec.containers[0].zzz\"");
  CHECK(decoded("Pod", "Spec: {}") == "strict decoding error: unknown field \"Spec\"");
}

TEST_CASE("an unknown field is told where it is at home", "[admission]") {
  const auto hint = [](const std::string& text) {
    const yaml::Stream stream = yaml::parse(0, text);
    const auto kind = kube::find_kind("", "v1", "Pod", 34);
    const admission::Decoding decoding = admission::decode(stream.documents[0]->root, kind->type(), 34);
    REQUIRE(decoding.errors.size() == 1);
    return decoding.errors[0].suggestion + "|" + decoding.errors[0].help;
  };
  CHECK(hint("spec: {containers: [{runAsUser: 1}]}") == "|runAsUser is a field of securityContext");
  CHECK(hint("spec: {containers: [{volumes: []}]}") == "|volumes is a field of spec");
  CHECK(hint("metadata: {spec: {}}") == "|spec is a field of the object itself");
  CHECK(hint("spec: {Containers: []}") == "containers|");
  CHECK(hint("spec: {containers: [{imge: x}]}") == "image|");
}

TEST_CASE("no more than a hundred unknown fields are listed", "[admission]") {
  std::string text = "spec:\n";
  for (int i = 0; i < 150; ++i) text += "  x" + std::to_string(i) + ": 1\n";
  const yaml::Stream stream = yaml::parse(0, text);
  const auto kind = kube::find_kind("", "v1", "Pod", 34);
  CHECK(admission::decode(stream.documents[0]->root, kind->type(), 34).errors.size() == 100);
}

TEST_CASE("base64 fails at the byte that Go names", "[admission]") {
  CHECK(source::base64_error("aGVsbG8=") == -1);
  CHECK(source::base64_error("aGVs\r\nbG8=\n") == -1);
  CHECK(source::base64_error("") == -1);
  CHECK(source::base64_error("abcd e") == 4);
  CHECK(source::base64_error("abcde") == 4);
  CHECK(source::base64_error("abc") == 0);
  CHECK(source::base64_error("ab=") == 3);
  CHECK(source::base64_error("ab==x") == 4);
  CHECK(source::base64_error("a=bc") == 1);
}

TEST_CASE("bytes may be written as a list, whose items are bytes", "[admission]") {
  CHECK(decoded("Secret", "data: {a: [1, null, 255]}").empty());
  const std::string place = " into Go struct field Secret.data of type uint8";
  CHECK(decoded("Secret", "data: {a: [1, x, 300]}") == "json: cannot unmarshal string" + place);
  CHECK(decoded("Secret", "data: {a: [300]}") == "json: cannot unmarshal number 300" + place);
  CHECK(decoded("Secret", "data: {a: [2.5]}") == "json: cannot unmarshal number 2.5" + place);
  CHECK(decoded("Secret", "data: {a: [true]}") == "json: cannot unmarshal bool" + place);
}

TEST_CASE("times are RFC 3339 or nothing", "[admission]") {
  CHECK(admission::rfc3339_error("2024-02-29T23:59:59.5+09:00").empty());
  CHECK_FALSE(admission::rfc3339_error("2023-02-29T00:00:00Z").empty());
  CHECK_FALSE(admission::rfc3339_error("2024-13-01T00:00:00Z").empty());
  CHECK_FALSE(admission::rfc3339_error("2024-01-01T00:00:00").empty());
  CHECK_FALSE(admission::rfc3339_error("").empty());
}

TEST_CASE("every error points at bytes of the file", "[admission]") {
  const tests::WorldOf world(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: c\n      ports: [{}]\n");
  const admission::Verdict verdict = admission::admit(*world.objects()[0], world.world(), {});
  REQUIRE(verdict.errors.size() == 2);
  for (const admission::ApiError& error : verdict.errors) {
    CHECK(error.span.exists());
    CHECK(error.span.end > error.span.begin);
  }
  CHECK(verdict.message.starts_with("The Pod \"a\" is invalid: \n* spec.containers[0].image: Required value"));
}

TEST_CASE("each error type has a name and a rule", "[admission]") {
  for (int type = 0; type <= static_cast<int>(admission::ErrorType::Denied); ++type) {
    CHECK_FALSE(admission::name_of(static_cast<admission::ErrorType>(type)).empty());
    CHECK(admission::rule_of(static_cast<admission::ErrorType>(type)).starts_with("POD1"));
  }
}

TEST_CASE("kubectl checks a v1 List itself, by OpenAPI", "[admission]") {
  const auto check = [](const std::string& items) {
    const tests::WorldOf world("apiVersion: v1\nkind: List\nitems:\n" + items);
    const auto refusal = admission::check_list(world.objects(), {});
    return refusal ? refusal->message.substr(0, refusal->message.find("; if you")) : std::string();
  };
  const std::string good = "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}\n";
  const std::string pod = "- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [";
  CHECK(check(good).empty());
  CHECK(check(good + pod + "{name: c, imge: i}]}}\n") ==
        "error validating data: ValidationError(Pod.spec.containers[0]): unknown field \"imge\" in "
        "io.k8s.api.core.v1.Container");
  CHECK(check(pod + "{image: i}]}}\n") ==
        "error validating data: ValidationError(Pod.spec.containers[0]): missing required field \"name\" in "
        "io.k8s.api.core.v1.Container");
  CHECK(check("- {apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: '3', selector: {}, "
              "template: {}}}\n") ==
        "error validating data: ValidationError(Deployment.spec.replicas): invalid type for "
        "io.k8s.api.apps.v1.DeploymentSpec.replicas: got \"string\", expected \"integer\"");
  CHECK(check("- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: 1}}\n")
            .empty());  // the server's to refuse
  CHECK(check("- {apiVersion: example.com/v1, kind: Thing, any: thing}\n").empty());
}
