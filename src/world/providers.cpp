// SPDX-License-Identifier: Apache-2.0
// The table of makers. Each row: group suffix and kind of the maker, the kind it makes, where the
// name is written (dots separate keys, [] walks a list), and the pattern of the name, in which
// `{}` is the value found. A row whose path ends in nothing found makes nothing, unless it falls
// back to metadata.name. Example: cert-manager's Certificate with `spec.secretName: web-tls` makes
// the Secret "web-tls". Every row cites the project's documentation in its comment.
#include "world/providers.hpp"

#include <cstddef>

#include "world/kinds.hpp"

namespace podseer::world {

namespace {

struct Row {
  std::string_view group;  // ends with; "" matches every group
  std::string_view kind;
  std::string_view makes;
  std::string_view path;  // where {} comes from; "" means metadata.name
  std::string_view pattern = "{}";
  bool or_own_name = false;
  bool everywhere = false;
};

constexpr Row kRows[] = {
    // bitnami-labs/sealed-secrets README, "Overview": spec.template.metadata.name, else its own name.
    {"bitnami.com", "SealedSecret", "Secret", "spec.template.metadata.name", "{}", true},
    // external-secrets.io, API "ExternalSecret": spec.target.name defaults to its own name.
    {"external-secrets.io", "ExternalSecret", "Secret", "spec.target.name", "{}", true},
    {"external-secrets.io", "ExternalSecret", "ConfigMap", "spec.target.name", "{}", true},
    {"kubernetes-client.io", "ExternalSecret", "Secret", "", "{}"},
    // external-secrets.io, API "ClusterExternalSecret".
    {"external-secrets.io", "ClusterExternalSecret", "Secret", "spec.externalSecretSpec.target.name", "{}", true, true},
    // cert-manager.io, "Certificate resource"; issuers keep their account key in a Secret.
    {"cert-manager.io", "Certificate", "Secret", "spec.secretName"},
    {"cert-manager.io", "Issuer", "Secret", "spec.acme.privateKeySecretRef.name"},
    {"cert-manager.io", "ClusterIssuer", "Secret", "spec.acme.privateKeySecretRef.name", "{}", false, true},
    // cert-manager.io, "trust-manager": a Bundle is written to every namespace.
    {"trust.cert-manager.io", "Bundle", "ConfigMap", "", "{}", false, true},
    {"trust.cert-manager.io", "Bundle", "Secret", "", "{}", false, true},
    // secrets-store-csi-driver.sigs.k8s.io, "Sync as Kubernetes Secret" (made once a pod mounts it).
    {"secrets-store.csi.x-k8s.io", "SecretProviderClass", "Secret", "spec.secretObjects[].secretName"},
    // developer.hashicorp.com, "Vault Secrets Operator API": destination.name.
    {"secrets.hashicorp.com", "VaultStaticSecret", "Secret", "spec.destination.name"},
    {"secrets.hashicorp.com", "VaultDynamicSecret", "Secret", "spec.destination.name"},
    {"secrets.hashicorp.com", "VaultPKISecret", "Secret", "spec.destination.name"},
    {"secrets.hashicorp.com", "HCPVaultSecretsApp", "Secret", "spec.destination.name"},
    // developer.1password.com, "Kubernetes Operator": the Secret has the item's name.
    {"onepassword.com", "OnePasswordItem", "Secret", "", "{}"},
    {"infisical.com", "InfisicalSecret", "Secret", "spec.managedSecretReference.secretName"},
    {"infisical.com", "InfisicalSecret", "Secret", "spec.managedKubeSecretReferences[].secretName"},
    {"doppler.com", "DopplerSecret", "Secret", "spec.managedSecret.name"},
    {"bitwarden.com", "BitwardenSecret", "Secret", "spec.secretName"},
    {"akeyless.io", "AkeylessSecret", "Secret", "", "{}"},
    // akv2k8s.io, "AzureKeyVaultSecret": spec.output.
    {"spv.no", "AzureKeyVaultSecret", "Secret", "spec.output.secret.name"},
    {"spv.no", "AzureKeyVaultSecret", "ConfigMap", "spec.output.configMap.name"},
    // isindir/sops-secrets-operator README.
    {"isindir.github.com", "SopsSecret", "Secret", "spec.secretTemplates[].name"},
    // kubectl.docs.kubernetes.io, "kustomization": generators; kustomize adds the hash to both ends.
    {"kustomize.config.k8s.io", "Kustomization", "ConfigMap", "configMapGenerator[].name"},
    {"kustomize.config.k8s.io", "Kustomization", "Secret", "secretGenerator[].name"},
    // rook/kube-object-storage, "ObjectBucketClaim": a Secret and a ConfigMap of its name.
    {"objectbucket.io", "ObjectBucketClaim", "Secret", "", "{}"},
    {"objectbucket.io", "ObjectBucketClaim", "ConfigMap", "", "{}"},
    // cloudnative-pg.io, "Connecting from an application" and "Service management".
    {"postgresql.cnpg.io", "Cluster", "Secret", "", "{}-*"},
    {"postgresql.cnpg.io", "Cluster", "Service", "", "{}-*"},
    {"postgresql.cnpg.io", "Pooler", "Service", "", "{}"},
    // postgres-operator.readthedocs.io, "Credentials": user.cluster.credentials.postgresql.acid.zalan.do.
    {"acid.zalan.do", "postgresql", "Secret", "", "*.{}.credentials*"},
    {"acid.zalan.do", "postgresql", "Service", "", "{}*"},
    // access.crunchydata.com, "Connect to a Postgres Cluster".
    {"crunchydata.com", "PostgresCluster", "Secret", "", "{}-*"},
    {"crunchydata.com", "PostgresCluster", "Service", "", "{}-*"},
    // elastic.co, "Elastic Cloud on Kubernetes": <name>-es-elastic-user, <name>-es-http, <name>-kb-http.
    {"elastic.co", "Elasticsearch", "Secret", "", "{}-es-*"},
    {"elastic.co", "Elasticsearch", "Service", "", "{}-es-*"},
    {"elastic.co", "Kibana", "Service", "", "{}-kb-*"},
    {"elastic.co", "Kibana", "Secret", "", "{}-kb-*"},
    // rabbitmq.com, "Using the Cluster Operator".
    {"rabbitmq.com", "RabbitmqCluster", "Secret", "", "{}-*"},
    {"rabbitmq.com", "RabbitmqCluster", "Service", "", "{}"},
    {"rabbitmq.com", "RabbitmqCluster", "Service", "", "{}-*"},
    // strimzi.io, "Kafka user authentication" and "Listeners".
    {"kafka.strimzi.io", "KafkaUser", "Secret", "", "{}"},
    {"kafka.strimzi.io", "Kafka", "Secret", "", "{}-*"},
    {"kafka.strimzi.io", "Kafka", "Service", "", "{}-kafka-*"},
    // mongodb/mongodb-kubernetes-operator, "Deploy": <name>-<db>-<user>, <name>-svc.
    {"mongodbcommunity.mongodb.com", "MongoDBCommunity", "Secret", "", "{}-*"},
    {"mongodbcommunity.mongodb.com", "MongoDBCommunity", "Service", "", "{}-*"},
    // mysql operator: dev.mysql.com, "InnoDBCluster": Services <name> and <name>-instances.
    {"mysql.oracle.com", "InnoDBCluster", "Service", "", "{}"},
    {"mysql.oracle.com", "InnoDBCluster", "Service", "", "{}-*"},
    // redis operators name Services and Secrets after the resource.
    {"redis.opstreelabs.in", "Redis", "Service", "", "{}*"},
    {"redis.opstreelabs.in", "RedisCluster", "Service", "", "{}*"},
    {"databases.spotahome.com", "RedisFailover", "Service", "", "rf*-{}"},
    // knative.dev, "Services": a Kubernetes Service of the same name routes to the revision.
    {"serving.knative.dev", "Service", "Service", "", "{}"},
    // argoproj.io, "Rollout" keeps Services; Prometheus operator makes prometheus-operated.
    {"monitoring.coreos.com", "Prometheus", "Service", "", "prometheus-operated"},
    {"monitoring.coreos.com", "Alertmanager", "Service", "", "alertmanager-operated"},
    // kubevirt.io, "Containerized Data Importer": a DataVolume makes a claim of its name.
    {"cdi.kubevirt.io", "DataVolume", "PersistentVolumeClaim", "", "{}"},
    // docs.crossplane.io, "Connection details": every managed resource and claim may name a Secret.
    {"", "", "Secret", "spec.writeConnectionSecretToRef.name"},
};

// Follows a path; `[]` behind a key walks the list under it.
void collect(const yaml::Node* node, std::string_view path, std::vector<std::string>& out) {
  if (node == nullptr) return;
  if (path.empty()) {
    if (node->is_string() && !node->text().empty()) out.emplace_back(node->text());
    return;
  }
  const std::size_t dot = path.find('.');
  std::string_view key = path.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  const bool list = key.ends_with("[]");
  if (list) key.remove_suffix(2);
  const yaml::Node* child = node->find(key);
  if (child == nullptr) return;
  if (!list) {
    collect(child, rest, out);
    return;
  }
  for (const yaml::Node& item : child->items()) collect(&item, rest, out);
}

std::string fill(std::string_view pattern, std::string_view value) {
  std::string out(pattern);
  const std::size_t at = out.find("{}");
  if (at != std::string::npos) out.replace(at, 2, value);
  return out;
}

void from_rows(const kube::Object& object, std::vector<Provided>& out) {
  std::vector<std::string> names;
  for (const Row& row : kRows) {
    if (!row.kind.empty() && row.kind != object.kind) continue;
    if (row.group.empty() ? object.group.find('.') == std::string_view::npos : !object.group.ends_with(row.group)) {
      continue;
    }
    names.clear();
    if (!row.path.empty()) collect(object.root, row.path, names);
    if (names.empty() && (row.path.empty() || row.or_own_name) && !object.name.empty()) {
      names.emplace_back(object.name);
    }
    for (const std::string& name : names) { out.push_back({row.makes, fill(row.pattern, name), row.everywhere}); }
  }
}

// Annotations by which a controller is asked for more objects.
void from_annotations(const kube::Object& object, std::vector<Provided>& out) {
  const kube::LabelMap annotations = object.annotations();
  if (annotations.empty()) return;
  // cert-manager.io, "Securing Ingress resources": one Certificate for each spec.tls[].secretName.
  if (object.kind == "Ingress" && (annotations.find("cert-manager.io/issuer") != nullptr ||
                                   annotations.find("cert-manager.io/cluster-issuer") != nullptr ||
                                   annotations.find("kubernetes.io/tls-acme") != nullptr)) {
    std::vector<std::string> names;
    collect(object.root, "spec.tls[].secretName", names);
    for (std::string& name : names) out.push_back({"Secret", std::move(name), false});
  }
  // docs.openshift.com, "Service serving certificates".
  if (object.kind == "Service") {
    for (const auto* key : {"service.beta.openshift.io/serving-cert-secret-name",
                            "service.alpha.openshift.io/serving-cert-secret-name"}) {
      if (const auto* item = annotations.find(key)) out.push_back({"Secret", std::string(item->value), false});
    }
  }
  if (object.kind == "Secret" || object.kind == "ConfigMap") {
    // emberstack/kubernetes-reflector and mittwald/kubernetes-replicator README: copies elsewhere.
    for (const auto* key :
         {"reflector.v1.k8s.emberstack.com/reflection-auto-enabled", "replicator.v1.mittwald.de/replicate-to",
          "replicator.v1.mittwald.de/replicate-to-matching"}) {
      if (annotations.find(key) == nullptr) continue;
      out.push_back({object.kind, std::string(object.name), true});
      break;
    }
  }
}

}  // namespace

std::vector<Provided> provided_by(const kube::Object& object) {
  std::vector<Provided> out;
  if (object.group.find('.') != std::string_view::npos) from_rows(object, out);
  if (object.group.empty() || object.kind == "Ingress") from_annotations(object, out);
  return out;
}

}  // namespace podseer::world
