// SPDX-License-Identifier: Apache-2.0
// Warnings of the API server 1.34 by kind (WarningsOnCreate in pkg/registry/*/strategy.go, with
// pkg/api/{job,node,persistentvolume,persistentvolumeclaim,service,storage}). kubectl prints each
// behind `Warning: `, and the object is created all the same. Worked example: an Ingress with the
// annotation kubernetes.io/ingress.class and no ingressClassName gives `annotation
// "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`.
#include "admission/warnings.hpp"

#include <algorithm>

#include "admission/effective_pod.hpp"
#include "source/base64.hpp"

namespace podseer::admission {
namespace {

constexpr std::int64_t kManyCompletions = 100'000;  // completionsSoftLimit, pkg/api/job/warnings.go
constexpr std::int64_t kManyAtOnce = 10'000;        // parallelismSoftLimitForUnlimitedCompletions, there

/// Names that end up in hostnames.
void warn_of_name(const kube::Object& object, std::string_view use, Warnings& out) {
  if (object.name.empty()) return;
  const kube::Complaints complaints = kube::check_dns_label(object.name);
  if (complaints.empty()) return;
  std::string text = "this is used in " + std::string(use) +
                     ", which can result in surprising behavior; a DNS label is recommended: [";
  for (const std::string& complaint : complaints) text += (&complaint == &complaints.front() ? "" : " ") + complaint;
  const Path metadata("metadata");
  out.add(metadata.child("name"), object.name_span, text + "]");
}

void warn_of_template(const View& pod_template, const Path& path, Warnings& out) {
  warn_of_pod_spec(pod_template["spec"], path.child("spec"), pod_template["metadata"], path.child("metadata"), false,
                   out);
}

/// `line` is said when the object bears the annotation.
void warn_of_annotation_line(const View& root, std::string_view key, std::string line, Warnings& out) {
  const yaml::Entry* entry = entry_of(root["metadata"]["annotations"], key);
  if (entry == nullptr) return;
  const Path metadata("metadata");
  const Path annotations = metadata.child("annotations");
  out.add_line(annotations.key(key), entry->key_span, std::move(line));
}

void warn_of_annotation(const View& root, std::string_view key, std::string_view text, Warnings& out) {
  warn_of_annotation_line(root, key, "metadata.annotations[" + std::string(key) + "]: " + std::string(text), out);
}

void warn_of_job_spec(const View& spec, const Path& path, Warnings& out) {
  if (spec["completionMode"].str() == "Indexed" && spec["completions"].integer() > kManyCompletions &&
      spec["parallelism"].integer() > kManyAtOnce) {
    out.add(path, spec["completions"].span(),
            "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism "
            "higher than 10^4, Kubernetes might not be able to track completedIndexes when a big "
            "number of indexes fail");
  }
  warn_of_template(spec["template"], path.child("template"), out);
}

constexpr std::string_view kPodNames = "Pod names and hostnames";

void warn_pod(const View& root, const kube::Object& object, Warnings& out) {
  warn_of_pod_profiles(root["spec"], root["metadata"], out);
  warn_of_name(object, "the Pod's hostname", out);
  warn_of_pod_spec(root["spec"], Path("spec"), root["metadata"], Path("metadata"), true, out);
}

void warn_workload(const View& root, const kube::Object& object, Warnings& out) {
  warn_of_name(object, kPodNames, out);
  const Path spec("spec");
  warn_of_template(root["spec"]["template"], spec.child("template"), out);
}

void warn_daemon_set(const View& root, const kube::Object&, Warnings& out) {
  const Path spec("spec");
  warn_of_template(root["spec"]["template"], spec.child("template"), out);
}

void warn_pod_template(const View& root, const kube::Object&, Warnings& out) {
  warn_of_template(root["template"], Path("template"), out);
}

void warn_stateful_set(const View& root, const kube::Object&, Warnings& out) {
  const View spec = root["spec"];
  const Path path("spec");
  warn_of_template(spec["template"], path.child("template"), out);
  const View claims = spec["volumeClaimTemplates"];
  const Path claims_path = path.child("volumeClaimTemplates");
  std::size_t i = 0;
  for (const yaml::Node& node : claims.items())
    warn_of_claim_spec(view_of(node, claims)["spec"], claims_path.index(i++), out);
  const View history = spec["revisionHistoryLimit"];
  if (history.integer() < 0) {
    out.add(path.child("revisionHistoryLimit"), history.span(),
            "a negative value retains all historical revisions; a value >= 0 is recommended");
  }
}

void warn_job(const View& root, const kube::Object& object, Warnings& out) {
  warn_of_name(object, kPodNames, out);
  warn_of_job_spec(root["spec"], Path("spec"), out);
}

void warn_cron_job(const View& root, const kube::Object& object, Warnings& out) {
  warn_of_name(object, kPodNames, out);
  const Path spec("spec");
  const Path job = spec.child("jobTemplate");
  warn_of_job_spec(root["spec"]["jobTemplate"]["spec"], job.child("spec"), out);
}

void warn_service(const View& root, const kube::Object&, Warnings& out) {
  constexpr std::string_view kHints = "service.kubernetes.io/topology-aware-hints";
  const View spec = root["spec"];
  const Path path("spec");
  warn_of_annotation_line(
      root, kHints,
      "annotation " + std::string(kHints) + " is deprecated, please use service.kubernetes.io/topology-mode instead",
      out);
  const View ip = spec["clusterIP"], ips = spec["clusterIPs"], external = spec["externalIPs"],
             balancer = spec["loadBalancerIP"];
  const std::string_view cluster_ip = ip.str().empty() ? ips.at(0).str() : ip.str();
  const std::string_view type = spec["type"].str();
  const bool headless = cluster_ip == "None";
  if (!headless && !cluster_ip.empty()) {
    const Path ips_path = path.child("clusterIPs");
    if (ips.size() == 0) warn_of_ip(ip, ips_path.index(0), out);
    for (std::size_t i = 0; i < ips.size(); ++i) warn_of_ip(ips.at(i), ips_path.index(i), out);
  }
  if (headless && (type.empty() || type == "ClusterIP")) {
    if (!balancer.str().empty()) {
      out.add_line(path.child("loadBalancerIP"), balancer.span(),
                   "spec.loadBalancerIP is ignored for headless services");
    }
    if (external.size() > 0) {
      out.add_line(path.child("externalIPs"), external.span(), "spec.externalIPs is ignored for headless services");
    }
    const View affinity = spec["sessionAffinity"];
    if (!affinity.str().empty() && affinity.str() != "None") {
      out.add_line(path.child("sessionAffinity"), affinity.span(),
                   "spec.SessionAffinity is ignored for headless services");
    }
  }
  const Path external_path = path.child("externalIPs");
  for (std::size_t i = 0; i < external.size(); ++i) warn_of_ip(external.at(i), external_path.index(i), out);
  if (!balancer.str().empty()) warn_of_ip(balancer, path.child("loadBalancerIP"), out);
  const View ranges = spec["loadBalancerSourceRanges"];
  const Path ranges_path = path.child("loadBalancerSourceRanges");
  for (std::size_t i = 0; i < ranges.size(); ++i) warn_of_cidr(ranges.at(i), ranges_path.index(i), out);
  if (type == "ExternalName" && external.size() > 0) {
    out.add_line(external_path, external.span(), "spec.externalIPs is ignored when spec.type is \"ExternalName\"");
  }
  const View external_name = spec["externalName"];
  if (type != "ExternalName" && !external_name.str().empty()) {
    out.add_line(path.child("externalName"), external_name.span(),
                 "spec.externalName is ignored when spec.type is not \"ExternalName\"");
  }
}

void warn_ingress(const View& root, const kube::Object&, Warnings& out) {
  constexpr std::string_view kClass = "kubernetes.io/ingress.class";
  if (root["spec"]["ingressClassName"].present()) return;
  warn_of_annotation_line(
      root, kClass,
      "annotation \"" + std::string(kClass) + "\" is deprecated, please use 'spec.ingressClassName' instead", out);
}

void warn_network_policy(const View& root, const kube::Object&, Warnings& out) {
  const Path spec("spec");
  for (const auto& [direction, peers] : {std::pair("ingress", "from"), std::pair("egress", "to")}) {
    const View rules = root["spec"][direction];
    const Path rules_path = spec.child(direction);
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const View list = rules.at(i)[peers];
      const Path rule_path = rules_path.index(i);
      const Path list_path = rule_path.child(peers);
      for (std::size_t k = 0; k < list.size(); ++k) {
        const View block = list.at(k)["ipBlock"];
        if (block.absent()) continue;
        const Path peer_path = list_path.index(k);
        const Path block_path = peer_path.child("ipBlock");
        warn_of_cidr(block["cidr"], block_path.child("cidr"), out);
        const View except = block["except"];
        const Path except_path = block_path.child("except");
        for (std::size_t n = 0; n < except.size(); ++n) warn_of_cidr(except.at(n), except_path.index(n), out);
      }
    }
  }
}

void warn_storage_class(const View& root, const kube::Object&, Warnings& out) {
  const View topologies = root["allowedTopologies"];
  const Path path("allowedTopologies");
  for (std::size_t i = 0; i < topologies.size(); ++i) {
    const View expressions = topologies.at(i)["matchLabelExpressions"];
    const Path topology_path = path.index(i);
    const Path list = topology_path.child("matchLabelExpressions");
    for (std::size_t k = 0; k < expressions.size(); ++k) {
      const View key = expressions.at(k)["key"];
      const Path at = list.index(k);
      const std::string_view text = deprecated_node_label(key.str());
      if (!text.empty()) out.add(at.child("key"), key.span(), text);
    }
  }
}

void warn_persistent_volume(const View& root, const kube::Object&, Warnings& out) {
  warn_of_annotation(root, "volume.beta.kubernetes.io/storage-class",
                     "deprecated since v1.8; use \"storageClassName\" attribute instead", out);
  warn_of_annotation(root, "volume.beta.kubernetes.io/mount-options",
                     "deprecated since v1.31; use \"mountOptions\" attribute instead", out);
  const View spec = root["spec"];
  const Path path("spec");
  if (const View policy = spec["persistentVolumeReclaimPolicy"]; policy.str() == "Recycle") {
    out.add(path.child("persistentVolumeReclaimPolicy"), policy.span(),
            "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use "
            "dynamic provisioning.");
  }
  const View terms = spec["nodeAffinity"]["required"]["nodeSelectorTerms"];
  const Path affinity = path.child("nodeAffinity");
  const Path required = affinity.child("required");
  const Path terms_path = required.child("nodeSelectorTerms");
  for (std::size_t i = 0; i < terms.size(); ++i) warn_of_node_term(terms.at(i), terms_path.index(i), false, out);
  warn_of_retired_plugin(spec, path, false, out);
}

void warn_claim(const View& root, const kube::Object&, Warnings& out) {
  warn_of_annotation(root, "volume.beta.kubernetes.io/storage-class",
                     "deprecated since v1.8; use \"storageClassName\" attribute instead", out);
  warn_of_claim_spec(root["spec"], Path("spec"), out);
}

void warn_runtime_class(const View& root, const kube::Object&, Warnings& out) {
  const Path scheduling("scheduling");
  for (const yaml::Entry& entry : root["scheduling"]["nodeSelector"].entries()) {
    const std::string_view text = deprecated_node_label(entry.key);
    if (!text.empty()) out.add(scheduling.child("nodeSelector"), entry.key_span, text);
  }
}

void warn_service_account(const View& root, const kube::Object&, Warnings& out) {
  warn_of_annotation(root, "kubernetes.io/enforce-mountable-secrets",
                     "deprecated in v1.32+; prefer separate namespaces to isolate access to "
                     "mounted secrets",
                     out);
}

/// The server tries to use a TLS pair; of that this knows only the first step.
void warn_secret(const View& root, const kube::Object&, Warnings& out) {
  if (root["type"].str() != "kubernetes.io/tls") return;
  const View plain = root["stringData"]["tls.crt"], encoded = root["data"]["tls.crt"];
  const std::string text =
      plain.present() ? std::string(plain.str()) : source::decode_base64(encoded.str()).value_or("");
  if (text.find("-----BEGIN") != std::string::npos) return;
  const Path data("data");
  out.add_line(data.key("tls.crt"), plain.present() ? plain.span() : encoded.span(),
               "tls: failed to find any PEM data in certificate input");
}

struct KindWarner {
  std::string_view group, kind;
  void (*warn)(const View& root, const kube::Object& object, Warnings& out);
};

constexpr KindWarner kWarners[] = {
    {"", "Pod", warn_pod},
    {"apps", "Deployment", warn_workload},
    {"apps", "ReplicaSet", warn_workload},
    {"", "ReplicationController", warn_workload},
    {"apps", "DaemonSet", warn_daemon_set},
    {"apps", "StatefulSet", warn_stateful_set},
    {"", "PodTemplate", warn_pod_template},
    {"batch", "Job", warn_job},
    {"batch", "CronJob", warn_cron_job},
    {"", "Service", warn_service},
    {"networking.k8s.io", "Ingress", warn_ingress},
    {"networking.k8s.io", "NetworkPolicy", warn_network_policy},
    {"storage.k8s.io", "StorageClass", warn_storage_class},
    {"", "PersistentVolume", warn_persistent_volume},
    {"", "PersistentVolumeClaim", warn_claim},
    {"node.k8s.io", "RuntimeClass", warn_runtime_class},
    {"", "ServiceAccount", warn_service_account},
    {"", "Secret", warn_secret},
};

}  // namespace

void Warnings::add(const Path& path, SourceSpan span, std::string_view text) {
  std::string field = path.str();
  std::string line = field + ": " + std::string(text);
  push({std::move(field), std::move(line), span});
}

void Warnings::push(Warning warning) {
  if (full() || !said_.insert(warning.line).second) return;
  if (shortened_) warning.line.resize(std::min(warning.line.size(), kShortened));
  bytes_ += warning.line.size();
  list_.push_back(std::move(warning));
  if (shortened_ || bytes_ <= kMostBytes) return;
  shortened_ = true;
  bytes_ = 0;
  for (Warning& one : list_) {
    one.line.resize(std::min(one.line.size(), kShortened));
    bytes_ += one.line.size();
  }
}

void Warnings::add_line(const Path& path, SourceSpan span, std::string line) {
  push({path.str(), std::move(line), span});
}

void warn_of_fraction(const View& amount, const Path& path, Warnings& out) {
  if (amount.absent()) return;
  const kube::Quantity quantity = amount_of(amount);
  if (quantity.is_integer()) return;
  out.add(path, amount.span(),
          "fractional byte value " + go_quote(quantity.canonical()) + " is invalid, must be an integer");
}

void warn_of_retired_plugin(const View& volume, const Path& path, bool of_pod, Warnings& out) {
  struct Plugin {
    std::string_view key, text;
    bool of_pods_only;
  };
  constexpr Plugin kPlugins[] = {{"photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+", false},
                                 {"gitRepo", "deprecated in v1.11, and disabled by default in v1.33+", true},
                                 {"scaleIO", "deprecated in v1.16, non-functional in v1.22+", false},
                                 {"flocker", "deprecated in v1.22, non-functional in v1.25+", true},
                                 {"storageos", "deprecated in v1.22, non-functional in v1.25+", false},
                                 {"quobyte", "deprecated in v1.22, non-functional in v1.25+", true},
                                 {"glusterfs", "deprecated in v1.25, non-functional in v1.26+", false},
                                 {"cephfs", "deprecated in v1.28, non-functional in v1.31+", false},
                                 {"rbd", "deprecated in v1.28, non-functional in v1.31+", false}};
  for (const Plugin& plugin : kPlugins) {
    const View source = volume[plugin.key];
    if (source.absent() || (plugin.of_pods_only && !of_pod)) continue;
    // The API's name for it is not the one that is written.
    out.add(path.child(plugin.key == "storageos" ? "storageOS" : plugin.key), source.span(),
            plugin.key == "gitRepo" && out.minor_version() < 33 ? "deprecated in v1.11" : plugin.text);
  }
}

void warn_of_claim_spec(const View& spec, const Path& path, Warnings& out) {
  const Path resources = path.child("resources");
  for (const std::string_view list : {"requests", "limits"}) {
    const Path at = resources.child(list);
    warn_of_fraction(spec["resources"][list]["storage"], at.key("storage"), out);
  }
}

std::string_view deprecated_node_label(std::string_view label) {
  constexpr std::pair<std::string_view, std::string_view> kLabels[] = {
      {"beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"},
      {"beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"},
      {"failure-domain.beta.kubernetes.io/region",
       "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead"},
      {"failure-domain.beta.kubernetes.io/zone", "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"},
      {"beta.kubernetes.io/instance-type", "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"},
      {"app.kubernetes.io/created-by", "deprecated since v1.9"},
      {"scheduler.alpha.kubernetes.io/preferAvoidPods", "deprecated since v1.22; use Taints and Tolerations instead"},
      {"node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead"}};
  for (const auto& [known, text] : kLabels) {
    if (label == known) return text;
  }
  return {};
}

void warn_of_node_term(const View& term, const Path& path, bool check_values, Warnings& out) {
  const View expressions = term["matchExpressions"];
  const Path list = path.child("matchExpressions");
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const View key = expressions.at(i)["key"];
    const Path at = list.index(i);
    if (const std::string_view text = deprecated_node_label(key.str()); !text.empty())
      out.add(at.child("key"), key.span(), std::string(key.str()) + " is " + std::string(text));
    if (!check_values) continue;
    const View values = expressions.at(i)["values"];
    const Path values_path = at.child("values");
    for (std::size_t k = 0; k < values.size(); ++k) {
      for (const std::string& complaint : kube::check_label_value(values.at(k).str())) {
        out.add(values_path.index(k), values.at(k).span(),
                std::string(values.at(k).str()) + " is invalid, " + complaint);
      }
    }
  }
}

void warn_of_ip(const View& ip, const Path& path, Warnings& out) {
  const std::string_view text = ip.str();
  kube::IpAddress address;
  if (!kube::parse_ip(text, address)) return;
  const std::string strict = kube::print_ip(address);
  if (strict == text) return;
  const bool standard = !address.v4 && !address.maps_v4();
  out.add(path, ip.span(),
          standard
              ? "IPv6 address " + go_quote(text) + " should be in RFC 5952 canonical format (" + go_quote(strict) + ")"
              : "non-standard IP address " + go_quote(text) +
                    " will be considered invalid in a future Kubernetes release: use " + go_quote(strict));
}

void warn_of_cidr(const View& cidr, const Path& path, Warnings& out) {
  const std::string_view text = cidr.str();
  kube::Cidr parsed;
  if (!kube::parse_cidr(text, parsed)) return;
  const kube::Cidr network = parsed.network();
  const std::string strict = kube::print_cidr(network);
  const bool beyond = kube::print_ip(network.address) != kube::print_ip(parsed.address);
  if (beyond) {
    kube::Cidr single = parsed;
    single.prefix = parsed.address.v4 ? 32 : 128;
    out.add(path, cidr.span(),
            "CIDR value " + go_quote(text) + " is ambiguous in this context (should be " + go_quote(strict) + " or " +
                go_quote(kube::print_cidr(single)) + "?)");
  }
  const bool zeros = parsed.address.v4 && kube::print_cidr(parsed) != text;
  if (zeros || parsed.address.maps_v4()) {
    out.add(path, cidr.span(),
            "non-standard CIDR value " + go_quote(text) +
                " will be considered invalid in a future Kubernetes release: use " + go_quote(strict));
  } else if (!beyond && !parsed.address.v4 && kube::print_cidr(parsed) != text) {
    out.add(path, cidr.span(),
            "IPv6 CIDR value " + go_quote(text) + " should be in RFC 5952 canonical format (" +
                go_quote(kube::print_cidr(parsed)) + ")");
  }
}

std::vector<Warning> warnings_on_create(const kube::Object& object, const world::World& world, const Options& options) {
  Warnings out(options.minor_version);
  for (const KindWarner& known : kWarners) {
    if (known.kind != object.kind || known.group != object.group) continue;
    known.warn(View(object.root, object.name_span), object, out);
    const PodSource pod = pod_source(object, world);
    if (pod.spec.absent()) break;
    Objection objection = pod_security_warning(pod, world, options.minor_version);
    if (objection.exists()) {
      out.add_line(Path(), objection.span.exists() ? objection.span : object.name_span, std::move(objection.text));
    }
    break;
  }
  return std::move(out.list());
}

}  // namespace podseer::admission
