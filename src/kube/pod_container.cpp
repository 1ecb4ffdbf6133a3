// SPDX-License-Identifier: Apache-2.0
// Containers of the pod model, with the API server's defaults (facts: admission section 5; Kubernetes
// 1.34): `image: nginx` is pulled Always, `image: nginx:1.25` IfNotPresent; a probe's period is 10 s.
#include "kube/image_reference.hpp"
#include "kube/pod_read.hpp"
#include "yaml/node.hpp"

namespace podseer::kube {
namespace {

template <typename T>
Field<T> written(T value, SourceSpan span) {
  return {std::move(value), span, Origin::Written};
}

const yaml::Node* present(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* node = parent.find(key);
  return node == nullptr || node->is_null() ? nullptr : node;
}

Field<PortRef> read_port(const yaml::Node& parent, std::string_view key) {
  Field<PortRef> port;
  port.span = parent.span();
  const yaml::Node* node = present(parent, key);
  if (node == nullptr) return port;
  port.span = node->span();
  port.origin = Origin::Written;
  if (node->is_int()) port.value.number = node->as_int();
  if (node->is_string()) port.value.name = node->text();
  return port;
}

Handler read_handler(const yaml::Node& node) {
  Handler handler;
  handler.span = node.span();
  if (const yaml::Node* exec = present(node, "exec")) {
    handler.kind = Handler::Kind::Exec;
    handler.command = read_texts(exec->find("command"));
    handler.span = key_span(node, "exec");
  } else if (const yaml::Node* get = present(node, "httpGet")) {
    handler.kind = Handler::Kind::HttpGet;
    handler.port = read_port(*get, "port");
    handler.path = read_text(*get, "path");
    if (handler.path->empty()) handler.path = {"/", handler.path.span, Origin::Defaulted};
    handler.scheme = read_text(*get, "scheme");
    handler.scheme.set_default("HTTP");
    handler.host = read_text(*get, "host");
    handler.span = key_span(node, "httpGet");
  } else if (const yaml::Node* tcp = present(node, "tcpSocket")) {
    handler.kind = Handler::Kind::TcpSocket;
    handler.port = read_port(*tcp, "port");
    handler.host = read_text(*tcp, "host");
    handler.span = key_span(node, "tcpSocket");
  } else if (const yaml::Node* grpc = present(node, "grpc")) {
    handler.kind = Handler::Kind::Grpc;
    handler.port = read_port(*grpc, "port");
    handler.service = read_text(*grpc, "service");
    handler.span = key_span(node, "grpc");
  } else if (const yaml::Node* sleep = present(node, "sleep")) {
    handler.kind = Handler::Kind::Sleep;
    handler.seconds = read_number(*sleep, "seconds");
    handler.span = key_span(node, "sleep");
  }
  return handler;
}

Boxed<Probe> read_probe(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* node = present(parent, key);
  if (node == nullptr || !node->is_mapping()) return {};
  Probe probe;
  probe.span = key_span(parent, key);
  probe.handler = read_handler(*node);
  const auto number = [&](std::string_view name, std::int64_t fallback, bool zero_is_default) {
    Number value = read_number(*node, name);
    if (!value.set() || (zero_is_default && *value == 0)) {
      value.value = fallback;
      value.origin = Origin::Defaulted;
    }
    return value;
  };
  // v1/defaults.go SetDefaults_Probe (1.34.4).
  probe.initial_delay_seconds = number("initialDelaySeconds", 0, false);
  probe.timeout_seconds = number("timeoutSeconds", 1, true);
  probe.period_seconds = number("periodSeconds", 10, true);
  probe.success_threshold = number("successThreshold", 1, true);
  probe.failure_threshold = number("failureThreshold", 3, true);
  probe.termination_grace_period_seconds = read_number(*node, "terminationGracePeriodSeconds");
  return probe;
}

EnvVar read_env(const yaml::Node& node) {
  EnvVar env;
  env.span = node.span();
  env.name = read_text(node, "name");
  env.value = read_text(node, "value");
  const yaml::Node* from = present(node, "valueFrom");
  if (from == nullptr) return env;
  const auto key_ref = [](const yaml::Node& ref) {
    return ObjectKeyRef{read_text(ref, "name"), read_text(ref, "key"), read_flag(ref, "optional")};
  };
  if (const yaml::Node* map = present(*from, "configMapKeyRef")) {
    env.from = EnvVar::From::ConfigMap;
    env.ref = key_ref(*map);
  } else if (const yaml::Node* secret = present(*from, "secretKeyRef")) {
    env.from = EnvVar::From::Secret;
    env.ref = key_ref(*secret);
  } else if (const yaml::Node* field = present(*from, "fieldRef")) {
    env.from = EnvVar::From::Field;
    env.field_path = read_text(*field, "fieldPath");
  } else if (const yaml::Node* resource = present(*from, "resourceFieldRef")) {
    env.from = EnvVar::From::Resource;
    env.resource = read_text(*resource, "resource");
    env.resource_container = read_text(*resource, "containerName");
    env.divisor = read_quantity(*resource, "divisor");
  } else {
    env.from = EnvVar::From::Other;
  }
  return env;
}

EnvFromSource read_env_from(const yaml::Node& node) {
  EnvFromSource source;
  source.span = node.span();
  source.prefix = read_text(node, "prefix");
  const yaml::Node* ref = present(node, "configMapRef");
  if (ref == nullptr) {
    ref = present(node, "secretRef");
    source.secret = ref != nullptr;
  }
  if (ref != nullptr) {
    source.ref.name = read_text(*ref, "name");
    source.ref.optional = read_flag(*ref, "optional");
  }
  return source;
}

}  // namespace

SourceSpan key_span(const yaml::Node& parent, std::string_view key) {
  const yaml::Entry* entry = parent.find_entry(key);
  return entry == nullptr ? parent.span() : entry->key_span;
}

Text read_text(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* node = parent.find(key);
  if (node == nullptr || !node->is_string()) return {{}, parent.span(), Origin::Absent};
  return written(node->text(), node->span());
}

Number read_number(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* node = parent.find(key);
  if (node == nullptr || !node->is_int()) return {0, parent.span(), Origin::Absent};
  return written(node->as_int(), node->span());
}

Flag read_flag(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* node = parent.find(key);
  if (node == nullptr || !node->is_bool()) return {false, parent.span(), Origin::Absent};
  return written(node->as_bool(), node->span());
}

Field<Quantity> read_quantity(const yaml::Node& parent, std::string_view key) {
  const yaml::Node* node = parent.find(key);
  if (node == nullptr || node->is_null() || !node->is_scalar()) return {{}, parent.span(), Origin::Absent};
  const auto quantity = Quantity::parse(node->text());
  if (!quantity) return {{}, node->span(), Origin::Absent};
  return written(*quantity, node->span());
}

std::vector<Text> read_texts(const yaml::Node* sequence) {
  std::vector<Text> list;
  if (sequence == nullptr) return list;
  list.reserve(sequence->size());
  for (const yaml::Node& item : sequence->items()) list.push_back(written(item.string_or(""), item.span()));
  return list;
}

std::vector<std::string_view> read_views(const yaml::Node* sequence) {
  std::vector<std::string_view> list;
  if (sequence == nullptr) return list;
  for (const yaml::Node& item : sequence->items()) list.push_back(item.string_or(""));
  return list;
}

ResourceList read_resource_list(const yaml::Node* mapping) {
  ResourceList list;
  if (mapping == nullptr) return list;
  for (const yaml::Entry& entry : mapping->entries()) {
    // A null quantity is 0 (facts: admission 1.3).
    const auto amount = entry.value.is_null() ? std::optional(Quantity()) : Quantity::parse(entry.value.text());
    if (amount) list.push_back({entry.key, *amount, entry.value.span(), Origin::Written});
  }
  return list;
}

const ResourceAmount* find_resource(const ResourceList& list, std::string_view name) {
  for (const ResourceAmount& amount : list) {
    if (amount.name == name) return &amount;
  }
  return nullptr;
}

Resources read_resources(const yaml::Node& parent) {
  Resources resources;
  resources.span = key_span(parent, "resources");
  const yaml::Node* node = present(parent, "resources");
  if (node == nullptr) return resources;
  resources.limits = read_resource_list(node->find("limits"));
  resources.requests = read_resource_list(node->find("requests"));
  return resources;
}

Boxed<SecurityContext> read_security_context(const yaml::Node* node) {
  if (node == nullptr || !node->is_mapping()) return {};
  SecurityContext context;
  context.span = node->span();
  context.run_as_non_root = read_flag(*node, "runAsNonRoot");
  context.privileged = read_flag(*node, "privileged");
  context.read_only_root_filesystem = read_flag(*node, "readOnlyRootFilesystem");
  context.run_as_user = read_number(*node, "runAsUser");
  context.run_as_group = read_number(*node, "runAsGroup");
  if (const yaml::Node* capabilities = present(*node, "capabilities")) {
    context.capabilities_add = read_texts(capabilities->find("add"));
    context.capabilities_drop = read_texts(capabilities->find("drop"));
  }
  if (const yaml::Node* profile = present(*node, "seccompProfile")) {
    context.seccomp_type = read_text(*profile, "type");
    context.seccomp_localhost_profile = read_text(*profile, "localhostProfile");
  }
  if (const yaml::Node* profile = present(*node, "appArmorProfile")) {
    context.app_armor_type = read_text(*profile, "type");
  }
  return context;
}

Container read_container(const yaml::Node& node, std::size_t index, bool init) {
  Container container;
  container.node = &node;
  container.index = index;
  container.init = init;
  container.span = node.span();
  container.name = read_text(node, "name");
  container.image = read_text(node, "image");
  container.image_pull_policy = read_text(node, "imagePullPolicy");
  if (container.image_pull_policy->empty()) {
    // An unparseable reference counts as not latest (facts: kubelet section 6).
    const ImageReference image = ImageReference::parse(*container.image);
    const bool latest = image.valid() && image.effective_tag() == "latest";
    container.image_pull_policy = {latest ? "Always" : "IfNotPresent", container.image.span, Origin::Defaulted};
  }
  const auto list = [&](std::string_view key, std::vector<Text>& texts, Flag& flag) {
    texts = read_texts(node.find(key));
    flag.span = key_span(node, key);
    if (!texts.empty()) flag = {true, node.find(key)->span(), Origin::Written};
  };
  list("command", container.command, container.command_present);
  list("args", container.args, container.args_present);
  container.working_dir = read_text(node, "workingDir");
  if (const yaml::Node* from = node.find("envFrom")) {
    for (const yaml::Node& item : from->items()) container.env_from.push_back(read_env_from(item));
  }
  if (const yaml::Node* env = node.find("env")) {
    for (const yaml::Node& item : env->items()) container.env.push_back(read_env(item));
  }
  if (const yaml::Node* ports = node.find("ports")) {
    for (const yaml::Node& item : ports->items()) {
      ContainerPort port;
      port.span = item.span();
      port.name = read_text(item, "name");
      port.container_port = read_number(item, "containerPort");
      port.host_port = read_number(item, "hostPort");
      port.host_ip = read_text(item, "hostIP");
      port.protocol = read_text(item, "protocol");
      port.protocol.set_default("TCP");
      container.ports.push_back(std::move(port));
    }
  }
  container.resources = read_resources(node);
  if (const yaml::Node* mounts = node.find("volumeMounts")) {
    for (const yaml::Node& item : mounts->items()) {
      VolumeMount mount;
      mount.span = item.span();
      mount.name = read_text(item, "name");
      mount.mount_path = read_text(item, "mountPath");
      mount.sub_path = read_text(item, "subPath");
      mount.sub_path_expr = read_text(item, "subPathExpr");
      mount.read_only = read_flag(item, "readOnly");
      container.volume_mounts.push_back(std::move(mount));
    }
  }
  if (const yaml::Node* devices = node.find("volumeDevices")) {
    for (const yaml::Node& item : devices->items()) {
      container.volume_devices.push_back({read_text(item, "name"), read_text(item, "devicePath"), item.span()});
    }
  }
  container.liveness_probe = read_probe(node, "livenessProbe");
  container.readiness_probe = read_probe(node, "readinessProbe");
  container.startup_probe = read_probe(node, "startupProbe");
  if (const yaml::Node* lifecycle = present(node, "lifecycle")) {
    if (const yaml::Node* hook = present(*lifecycle, "postStart")) container.post_start = read_handler(*hook);
  }
  container.restart_policy = read_text(node, "restartPolicy");
  container.tty = read_flag(node, "tty");
  container.stdin_open = read_flag(node, "stdin");
  container.security_context = read_security_context(node.find("securityContext"));
  return container;
}

}  // namespace podseer::kube
