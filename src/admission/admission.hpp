// SPDX-License-Identifier: Apache-2.0
// Would kubectl send it, would the API server take it, and in which words would it be refused?
// Behaviour of Kubernetes 1.34 (facts: admission); fields and API versions of 1.30 to 1.37.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kube/object.hpp"
#include "kube/pod.hpp"
#include "world/world.hpp"

namespace podseer::admission {

/// The server's error types, and our own for what fails before or around field validation.
enum class ErrorType : std::uint8_t {
  Required,
  Invalid,
  NotSupported,
  Forbidden,
  Duplicate,
  NotFound,
  TooLong,
  TooMany,
  UnknownField,  // strict decoding
  WrongType,     // json: cannot unmarshal ..., quantities, times, base64
  NoSuchKind,    // kubectl: no matches for kind "X" in version "Y"; removed API versions
  Unreadable,    // kubectl cannot decode the document, or it is no object
  Denied         // an admission plugin (Forbidden by a plugin, namespace not found, ...)
};
/// "Invalid", "Required", ...: as in the JSON contract.
[[nodiscard]] std::string_view name_of(ErrorType type);
/// The rule code that a type is reported under ("POD102").
[[nodiscard]] std::string_view rule_of(ErrorType type);

/// One error of the server, placed in the file.
struct ApiError {
  ErrorType type = ErrorType::Invalid;
  std::string field;          // "spec.containers[0].image"; empty where the server names none
  std::string message;        // behind the field path: `Invalid value: "x": must be ...`
  source::SourceSpan span;    // the exact key or value; the enclosing key when it is absent
  std::string suggestion;     // the word to write instead: a field's name, an API version; else empty
  std::string help;           // what else is known, half a sentence ("the field exists since Kubernetes 1.37")
  bool from_absence = false;  // refused because something is nowhere in the files of an open world: only likely
};

/// One line that the server says beside "created".
struct Warning {
  std::string field;  // "spec.containers[0].env[1]"; empty where it is about the whole object
  std::string line;   // as kubectl prints it behind `Warning: `
  source::SourceSpan span;
};

struct Verdict {
  bool accepted = true;
  bool by_kubectl = false;  // refused before the server saw it
  int code = 201;           // HTTP status; 0 when kubectl refuses
  std::string message;      // as kubectl prints it, without the leading "Error from server"
  std::vector<ApiError> errors;
  std::vector<Warning> warnings;  // of an accepted object, in the server's order
};

struct Options {
  int minor_version = 34;  // --kubernetes-version 1.NN
  bool create = false;     // kubectl create (generateName allowed) instead of apply
};

/// Judges one object in its world: decoding, defaults, validation, admission plugins, in the order
/// in which they hide each other.
[[nodiscard]] Verdict admit(const kube::Object& object, const world::World& world, const Options& options);

/// Whether the word on other objects may change when this one is refused: it is of a kind that the
/// server looks up to judge others, or a ResourceQuota counts its kind.
[[nodiscard]] bool is_looked_up(const kube::Object& object, const world::World& world);

/// A field that the server removes without a word, because its feature gate is off.
struct DroppedField {
  std::string field;  // "spec.volumes[0].image", as in the owner's file
  std::string gate;   // "ImageVolume"
  source::SourceSpan span;
};

/// Whether the pods of an accepted workload may be created, and what admission adds to them.
struct PodVerdict {
  bool created = true;
  int allowed = -1;           // with a quota: how many of the replicas get in; -1: all
  std::string message;        // the FailedCreate message: `pods "web-" is forbidden: ...`
  bool from_absence = false;  // something that the pods name is nowhere in the files of an open world: only likely
  std::vector<ApiError> errors;
  std::vector<DroppedField> dropped;  // also for pods that are created
};
/// For workloads (for a bare Pod `admit` has already judged). Also completes `pod` with what the
/// mutating plugins add: LimitRange defaults, priority, tolerations, RuntimeClass overhead,
/// service account. Call for every PodTemplate of an accepted object, in file order.
[[nodiscard]] PodVerdict admit_pods(kube::PodTemplate& pod, const world::World& world, const Options& options);

}  // namespace podseer::admission
