// SPDX-License-Identifier: Apache-2.0
// Annotations of pods that the API server 1.34 gives a meaning (ValidatePodSpecificAnnotations):
// the beta AppArmor and alpha seccomp ones, the deletion cost, mirror pods. Where a seccomp or
// AppArmor profile is written as a field too, both must agree. Worked example:
// container.apparmor.security.beta.kubernetes.io/web on a pod without a container `web` gives
// `metadata.annotations[...]: Invalid value: "web": container not found`.
#include <charconv>

#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::string_view kMirror = "kubernetes.io/config.mirror";
constexpr std::string_view kDeletionCost = "controller.kubernetes.io/pod-deletion-cost";

bool is_int32(std::string_view text) {
  if (text.empty() || !(text.front() == '-' || text == "0" || (text.front() >= '1' && text.front() <= '9')))
    return false;
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool has_container(const View& spec, std::string_view name) {
  bool found = false;
  for_each_container(spec, Path(),
                     [&](const View& container, const Path&) { found = found || container["name"].str() == name; });
  return found;
}

void validate_seccomp(const View& profile, const Path& path, Errors& errors) {
  constexpr std::string_view kLocalhost = "localhost/";
  const std::string_view text = profile.str();
  if (text == "runtime/default" || text == "docker/default" || text == "unconfined") return;
  if (!text.starts_with(kLocalhost)) {
    invalid_text(path, profile, "must be a valid seccomp profile", errors);
    return;
  }
  const std::string_view rest = text.substr(kLocalhost.size());
  if (rest.starts_with('/')) errors.invalid(path, profile, go_quote(rest), "must be a relative path");
  if (has_backstep(rest)) errors.invalid(path, profile, go_quote(rest), "must not contain '..'");
}

/// What both ways of writing a profile share: the annotation's text against a field.
struct Profile {
  std::string_view word;  // "seccomp", "apparmor"
  std::string_view runtime_default[2];
  std::string_view unconfined;
};
constexpr Profile kSeccomp = {"seccomp", {"runtime/default", "docker/default"}, "unconfined"};
constexpr Profile kAppArmor = {"apparmor", {"runtime/default", "runtime/default"}, "unconfined"};

void validate_match(const Profile& kind, const yaml::Entry* annotation, const View& field, const Path& path,
                    Errors& errors) {
  constexpr std::string_view kLocalhost = "localhost/";
  if (annotation == nullptr || field.absent()) return;
  const std::string_view text = annotation->value.string_or("");
  const std::string_view type = field["type"].str();
  const auto refuse = [&](std::string_view key, std::string_view what) {
    errors.forbidden(path.child(key), field[key],
                     std::string(kind.word) + " " + std::string(what) + " in annotation and field must match");
  };
  if (type == "Unconfined") {
    if (text != kind.unconfined) refuse("type", "type");
  } else if (type == "RuntimeDefault") {
    if (text != kind.runtime_default[0] && text != kind.runtime_default[1]) refuse("type", "type");
  } else if (type == "Localhost") {
    const View localhost = field["localhostProfile"];
    if (!text.starts_with(kLocalhost)) {
      refuse("type", "type");
    } else if (localhost.absent() || text.substr(kLocalhost.size()) != localhost.str()) {
      refuse("localhostProfile", "profile");
    }
  }
}

}  // namespace

void validate_pod_annotations(const View& annotations, const Path& path, const View& spec, Errors& errors) {
  for (const yaml::Entry& entry : annotations.entries()) {
    const std::string_view key = entry.key;
    const View value = view_of(entry);
    if (key == kMirror) {
      if (spec["nodeName"].str().empty()) {
        invalid_text(path.key(key), value, "must set spec.nodeName if mirror pod annotation is set", errors);
      }
    } else if (key == kDeletionCost) {
      if (!is_int32(value.str())) invalid_text(path.key(key), value, "must be a 32bit integer", errors);
    } else if (key == kSeccompPodAnnotation || key.starts_with(kSeccompAnnotationPrefix)) {
      validate_seccomp(value, path.child(key), errors);
    } else if (key.starts_with(kAppArmorAnnotationPrefix)) {
      const std::string_view container = key.substr(kAppArmorAnnotationPrefix.size());
      const View at(&entry.value, entry.key_span);
      if (!has_container(spec, container))
        errors.invalid(path.key(key), at, go_quote(container), "container not found");
      const std::string_view text = value.str();
      if (!text.empty() && text != "runtime/default" && text != "unconfined" && !text.starts_with("localhost/")) {
        invalid_text(path.key(key), value, "invalid AppArmor profile name: " + go_quote(text), errors);
      }
    }
  }
}

void validate_annotations_match_fields(const View& annotations, const View& spec, const Path& spec_path,
                                       Errors& errors) {
  if (annotations.size() == 0) return;
  const Path pod_security_path = spec_path.child("securityContext");
  const View pod_security = spec["securityContext"];
  validate_match(kSeccomp, entry_of(annotations, kSeccompPodAnnotation), pod_security["seccompProfile"],
                 pod_security_path.child("seccompProfile"), errors);
  for_each_container(spec, spec_path, [&](const View& container, const Path& at) {
    const View profile = container["securityContext"]["seccompProfile"];
    if (profile.absent()) return;
    const std::string key = std::string(kSeccompAnnotationPrefix) + std::string(container["name"].str());
    validate_match(kSeccomp, entry_of(annotations, key), profile, at.child("securityContext.seccompProfile"), errors);
  });
  if (spec["os"]["name"].str() == "windows") return;
  for_each_container(spec, spec_path, [&](const View& container, const Path& at) {
    View profile = container["securityContext"]["appArmorProfile"];
    if (profile.absent()) profile = pod_security["appArmorProfile"];
    if (profile.absent()) return;
    const std::string key = std::string(kAppArmorAnnotationPrefix) + std::string(container["name"].str());
    validate_match(kAppArmor, entry_of(annotations, key), profile, at.child("securityContext.appArmorProfile"), errors);
  });
}

}  // namespace podseer::admission
