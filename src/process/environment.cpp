// SPDX-License-Identifier: Apache-2.0
// `envFrom: [{prefix: DB_, configMapRef: {name: db}}]` with HOST in the ConfigMap gives DB_HOST; without
// the underscore in the prefix it gives DBHOST, and `$DB_HOST` under `set -u` ends the script.
#include "process/environment.hpp"

#include <algorithm>

#include "kube/names.hpp"
#include "process/expansion.hpp"
#include "source/base64.hpp"

namespace podseer::process {
namespace {

using kube::EnvVar;
using world::Known;
using world::World;

constexpr std::string_view kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";  // containerd

/// The name of the pod where there is only one of a known name: a bare pod, or a StatefulSet of one replica.
Value name_of_only(const kube::PodTemplate& pod) {
  constexpr std::size_t kLongestLabel = 63;
  std::string name(pod.owner->name);
  if (name.empty() || name.size() > kLongestLabel - 2) return Value::unknown();
  if (pod.workload == kube::WorkloadKind::Pod) return Value::known(std::move(name));
  const bool one = !pod.replicas.set() || *pod.replicas == 1;
  if (pod.workload != kube::WorkloadKind::StatefulSet || !one || pod.owner->root->find("spec", "ordinals") != nullptr)
    return Value::unknown();
  return Value::known(name + "-0");
}

/// An upper-case variable stem of a Service's name ("my-db" -> "MY_DB").
std::string service_stem(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

void add_service(std::map<std::string, Value>& into, const kube::Object& service) {
  const yaml::Node* ip = service.root->find("spec", "clusterIP");
  if (ip != nullptr && ip->text() == "None") return;
  const yaml::Node* type = service.root->find("spec", "type");
  if (type != nullptr && type->text() == "ExternalName") return;
  const yaml::Node* ports = service.root->find("spec", "ports");
  if (ports == nullptr || ports->items().empty()) return;
  const std::string stem = service_stem(service.name);
  into[stem + "_SERVICE_HOST"] = Value::unknown();
  into[stem + "_PORT"] = Value::unknown();  // tcp://IP:PORT
  bool first = true;
  for (const yaml::Node& port : ports->items()) {
    const yaml::Node* number = port.find("port");
    const std::string text(number == nullptr ? "" : number->text());
    const yaml::Node* protocol = port.find("protocol");
    const std::string_view proto = protocol == nullptr ? "TCP" : protocol->text();
    if (first) into[stem + "_SERVICE_PORT"] = Value::known(text);
    first = false;
    if (const yaml::Node* name = port.find("name")) {
      into[stem + "_SERVICE_PORT_" + service_stem(name->text())] = Value::known(text);
    }
    const std::string prefix = stem + "_PORT_" + text + "_" + std::string(proto);
    into[prefix] = Value::unknown();
    into[prefix + "_PORT"] = Value::known(text);
    into[prefix + "_ADDR"] = Value::unknown();
    into[prefix + "_PROTO"] = Value::known(proto == "UDP" ? "udp" : proto == "SCTP" ? "sctp" : "tcp");
  }
}

/// Services of one namespace whose links are spelled out for each of its containers. Beyond this the
/// cost would grow with pods times Services; what is not spelled out is unknown then.
constexpr std::size_t kMaxLinkedServices = 64;

std::map<std::string, Value> service_variables(const kube::PodTemplate& pod, const World& world, bool& complete) {
  std::map<std::string, Value> out;
  for (const char* name :
       {"KUBERNETES_SERVICE_HOST", "KUBERNETES_PORT", "KUBERNETES_PORT_443_TCP", "KUBERNETES_PORT_443_TCP_ADDR"}) {
    out[name] = Value::unknown();
  }
  for (const char* name :
       {"KUBERNETES_SERVICE_PORT", "KUBERNETES_SERVICE_PORT_HTTPS", "KUBERNETES_PORT_443_TCP_PORT"}) {
    out[name] = Value::known("443");
  }
  out["KUBERNETES_PORT_443_TCP_PROTO"] = Value::known("tcp");
  if (pod.spec.enable_service_links.set() && !*pod.spec.enable_service_links) return out;
  const std::string_view ns = world.namespace_of(*pod.owner);
  if (world.at_most("Service", ns) > kMaxLinkedServices) {
    complete = false;
    return out;
  }
  for (const kube::Object* service : world.all("Service", ns)) add_service(out, *service);
  return out;
}

struct Source {
  std::optional<world::KeyedData> data;
  Known exists = Known::Unknown;
};

Source source_of(const World& world, std::string_view ns, std::string_view name, bool secret) {
  Source source;
  source.data = secret ? world.secret(ns, name) : world.config_map(ns, name);
  source.exists = source.data ? Known::Yes : world.exists(secret ? "Secret" : "ConfigMap", ns, name);
  return source;
}

std::int64_t divided(kube::Quantity amount, kube::Quantity divisor, bool cpu) {
  // Rounded up, as resource.ExtractContainerResourceValue does; cpu counts in thousandths.
  const std::int64_t unit = cpu ? divisor.milli() : divisor.units();
  const std::int64_t value = cpu ? amount.milli() : amount.units();
  return unit <= 0 ? value : value / unit + (value % unit != 0 ? 1 : 0);
}

Value resource_value(const kube::PodTemplate& pod, const kube::Container& own, const EnvVar& variable) {
  const kube::Container* container = &own;
  if (variable.resource_container.set() && !variable.resource_container->empty()) {
    container = pod.spec.find_container(*variable.resource_container);
    if (container == nullptr) return Value::unknown();
  }
  const std::string_view resource = *variable.resource;
  const std::size_t dot = resource.find('.');
  if (dot == std::string_view::npos) return Value::unknown();
  const std::string_view name = resource.substr(dot + 1);
  const kube::ResourceList& list =
      resource.starts_with("limits.") ? container->resources.limits : container->resources.requests;
  const kube::ResourceAmount* amount = kube::find_resource(list, name);
  if (amount == nullptr) return resource.starts_with("requests.") ? Value::known("0") : Value::unknown();
  kube::Quantity divisor = kube::Quantity::of(1);
  if (variable.divisor.set() && !variable.divisor->is_zero()) divisor = *variable.divisor;
  return Value::known(std::to_string(divided(amount->amount, divisor, name == "cpu")));
}

Value field_value(const kube::PodTemplate& pod, const World& world, std::string_view path) {
  if (path == "metadata.namespace") return Value::known(std::string(world.namespace_of(*pod.owner)));
  if (path == "metadata.name" && pod.workload == kube::WorkloadKind::StatefulSet) return name_of_only(pod);
  if (path == "metadata.name" && pod.workload == kube::WorkloadKind::Pod && !pod.owner->name.empty()) {
    return Value::known(std::string(pod.owner->name));
  }
  if (path == "spec.serviceAccountName") {
    const std::string_view name = *pod.spec.service_account_name;
    return Value::known(name.empty() ? "default" : std::string(name));
  }
  for (const auto& [prefix, labels] : {std::pair{std::string_view("metadata.labels['"), &pod.labels},
                                       std::pair{std::string_view("metadata.annotations['"), &pod.annotations}}) {
    if (!path.starts_with(prefix) || !path.ends_with("']")) continue;
    const std::string_view key = path.substr(prefix.size(), path.size() - prefix.size() - 2);
    const kube::LabelMap::Item* item = labels->find(key);
    if (item != nullptr) return Value::known(std::string(item->value));
    // Controllers add labels of their own to the pods they make.
    return pod.workload == kube::WorkloadKind::Pod ? Value::known("") : Value::unknown();
  }
  return Value::unknown();
}

/// The value of one key; NotSet where an optional reference finds nothing.
Value reference_value(const World& world, std::string_view ns, const kube::ObjectKeyRef& ref, bool secret) {
  const Source source = source_of(world, ns, *ref.name, secret);
  if (source.data) {
    if (const yaml::Entry* entry = source.data->find(*ref.key)) return keyed_value(*source.data, *entry, secret);
    if (!source.data->keys_known) return Value::unknown();
    return {};
  }
  return source.exists == Known::No ? Value{} : Value::unknown();
}

class Assembler {
 public:
  Assembler(const kube::PodTemplate& pod, const kube::Container& container, const World& world)
      : pod_(pod),
        container_(container),
        world_(world),
        ns_(world.namespace_of(*pod.owner)),
        services_(service_variables(pod, world, environment_.complete)) {}

  Environment run(const ImageInfo* image) {
    for (const kube::EnvFromSource& source : container_.env_from) add_all(source);
    for (const EnvVar& variable : container_.env) add(variable);
    // The Job controller adds it as the last variable of each container; pods of one completion have index 0.
    if (pod_.indexed)
      set("JOB_COMPLETION_INDEX",
          pod_.completions.set() && *pod_.completions == 1 ? Value::known("0") : Value::unknown());
    for (auto& [name, value] : services_) environment_.kubelet.try_emplace(name, value);
    environment_.process = environment_.kubelet;
    if (image != nullptr) {
      for (const ImageVariable& variable : image->environment) {
        environment_.process.try_emplace(std::string(variable.name),
                                         variable.known ? Value::known(std::string(variable.value)) : Value::unknown());
      }
    }
    const bool bare = !pod_.spec.rare->hostname.set() && !*pod_.spec.host_network;
    environment_.process.try_emplace("HOSTNAME", bare ? name_of_only(pod_) : Value::unknown());
    environment_.process.try_emplace("PATH",
                                     image == nullptr ? Value::unknown() : Value::known(std::string(kDefaultPath)));
    environment_.process.try_emplace("HOME", Value::unknown());
    if (*container_.tty) environment_.process.try_emplace("TERM", Value::known("xterm"));
    // An image that nobody knows may set any variable itself.
    if (image == nullptr) environment_.complete = false;
    return std::move(environment_);
  }

 private:
  void set(std::string name, Value value) {
    constexpr std::size_t kMost = std::size_t{4} << 20U;  // bytes; Linux takes a quarter of the stack's limit, 2 MiB
    bytes_ += value.text.size();
    environment_.kubelet[std::move(name)] = bytes_ > kMost ? Value::unknown() : std::move(value);
  }

  void add_all(const kube::EnvFromSource& source) {
    const Source found = source_of(world_, ns_, *source.ref.name, source.secret);
    if (!found.data) {
      if (found.exists != Known::No) environment_.complete = false;
      return;
    }
    if (!found.data->keys_known) environment_.complete = false;
    for (const std::string_view key : found.data->keys(false)) {
      const yaml::Entry* entry = found.data->find(key);
      if (entry == nullptr) continue;
      set(std::string(*source.prefix) + std::string(key), keyed_value(*found.data, *entry, source.secret));
    }
  }

  void add(const EnvVar& variable) {
    std::string name(*variable.name);
    switch (variable.from) {
      case EnvVar::From::Value: {
        bool secret = kube::names_a_credential(name);  // never shown, as those of Secrets
        const auto lookup = [&](std::string_view wanted) -> Value {
          if (const auto own = environment_.kubelet.find(std::string(wanted)); own != environment_.kubelet.end())
            return own->second;
          if (const auto service = services_.find(std::string(wanted)); service != services_.end())
            return service->second;
          return environment_.complete ? Value{} : Value::unknown();
        };
        std::optional<std::string> text = expand(*variable.value, lookup, &secret);
        set(std::move(name), text ? Value::known(std::move(*text), secret) : Value::unknown());
        return;
      }
      case EnvVar::From::ConfigMap:
      case EnvVar::From::Secret: {
        Value value = reference_value(world_, ns_, variable.ref, variable.from == EnvVar::From::Secret);
        if (value.kind == Value::Kind::NotSet) return;  // an optional miss leaves the variable untouched
        set(std::move(name), std::move(value));
        return;
      }
      case EnvVar::From::Field: set(std::move(name), field_value(pod_, world_, *variable.field_path)); return;
      case EnvVar::From::Resource: set(std::move(name), resource_value(pod_, container_, variable)); return;
      case EnvVar::From::Other: set(std::move(name), Value::unknown()); return;
    }
  }

  const kube::PodTemplate& pod_;
  const kube::Container& container_;
  const World& world_;
  std::string_view ns_;
  Environment environment_;
  std::map<std::string, Value> services_;
  std::size_t bytes_ = 0;
};

Value value_in(const std::map<std::string, Value>& map, std::string_view name, bool complete) {
  const auto found = map.find(std::string(name));
  if (found != map.end()) return found->second;
  return complete ? Value{} : Value::unknown();
}

}  // namespace

Value Environment::kubelet_value(std::string_view name) const { return value_in(kubelet, name, complete); }
Value Environment::process_value(std::string_view name) const { return value_in(process, name, complete); }

Value keyed_value(const world::KeyedData& data, const yaml::Entry& entry, bool secret) {
  if (!secret) return Value::known(std::string(entry.value.text()));
  // stringData is plain, data is base64; the entry tells by where it was found.
  const yaml::Node* plain =
      data.object == nullptr || data.object->root == nullptr ? nullptr : data.object->root->find("stringData");
  if (plain != nullptr && plain->find_entry(entry.key) == &entry)
    return Value::known(std::string(entry.value.text()), true);
  std::optional<std::string> bytes = source::decode_base64(entry.value.text());
  return bytes ? Value::known(std::move(*bytes), true) : Value::unknown();
}

Environment assemble_environment(const kube::PodTemplate& pod, const kube::Container& container, const World& world,
                                 const ImageInfo* image) {
  return Assembler(pod, container, world).run(image);
}

}  // namespace podseer::process
