// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_security_checks.hpp"

namespace podseer::admission::pod_security {

Result check_escalation(Checked& checked) {
  if (checked.minor >= 25 && checked.windows()) return {};
  const Names containers = bad_containers(checked, [](const View& container) {
    const View flag = container["securityContext"]["allowPrivilegeEscalation"];
    return flag.present() && !flag.flag() ? kFine : flag;
  });
  if (containers.empty()) return {};
  return {"allowPrivilegeEscalation != false",
          containers_named(containers) + " must set securityContext.allowPrivilegeEscalation=false"};
}

Result check_capabilities_restricted(Checked& checked) {
  if (checked.minor >= 25 && checked.windows()) return {};
  Names keeping, adding;
  std::set<std::string> added;
  checked.containers([&](const View& container, const Path& path) {
    const View capabilities = container["securityContext"]["capabilities"];
    const View drop = capabilities["drop"];
    const View add = capabilities["add"];
    bool dropped = false;
    for (const yaml::Node& node : drop.items()) dropped = dropped || node.string_or("") == "ALL";
    if (!dropped) {
      keeping.push_back(name_of_container(container));
      checked.blame(drop, path.str());
    }
    bool forbidden = false;
    for (const yaml::Node& node : add.items()) {
      if (node.string_or("") == "NET_BIND_SERVICE") continue;
      forbidden = true;
      added.insert(std::string(node.string_or("")));
      checked.blame(view_of(node, add), path.str());
    }
    if (forbidden) adding.push_back(name_of_container(container));
  });
  Names details;
  if (!keeping.empty()) {
    details.push_back(containers_named(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
  }
  if (!adding.empty()) {
    details.push_back(containers_named(adding) + " must not include " + join_quoted(added) +
                      " in securityContext.capabilities.add");
  }
  if (details.empty()) return {};
  return {"unrestricted capabilities", join(details, "; ")};
}

Result check_restricted_volumes(Checked& checked) {
  constexpr std::string_view kAllowed[] = {"configMap", "csi",   "downwardAPI",           "emptyDir",
                                           "ephemeral", "image", "persistentVolumeClaim", "projected",
                                           "secret"};
  // The order decides which name a volume with two sources goes by.
  constexpr std::string_view kOthers[] = {"hostPath",
                                          "gcePersistentDisk",
                                          "awsElasticBlockStore",
                                          "gitRepo",
                                          "nfs",
                                          "iscsi",
                                          "glusterfs",
                                          "rbd",
                                          "flexVolume",
                                          "cinder",
                                          "cephfs",
                                          "flocker",
                                          "fc",
                                          "azureFile",
                                          "vsphereVolume",
                                          "quobyte",
                                          "azureDisk",
                                          "photonPersistentDisk",
                                          "portworxVolume",
                                          "scaleIO",
                                          "storageos"};
  Names names;
  std::set<std::string> types;
  const View volumes = checked.pod.spec["volumes"];
  for (const yaml::Node& node : volumes.items()) {
    const View volume = view_of(node, volumes);
    bool allowed = false;
    for (const std::string_view key : kAllowed) allowed = allowed || volume[key].present();
    if (allowed) continue;
    for (const std::string_view key : kOthers) {
      if (volume[key].absent()) continue;
      names.push_back(std::string(volume["name"].str()));
      types.insert(std::string(key));
      checked.blame(volume[key], "volumes");
      break;
    }
  }
  if (names.empty()) return {};
  return {"restricted volume types",
          std::string(plural(names.size(), "volume", "volumes")) + " " + join_quoted(names) + " " +
              std::string(plural(names.size(), "uses", "use")) + " " +
              std::string(plural(types.size(), "restricted volume type", "restricted volume types")) + " " +
              join_quoted(types)};
}

Result check_non_root(Checked& checked) {
  Names setters, unset;
  const View flag = checked.security()["runAsNonRoot"];
  if (flag.present() && !flag.flag()) {
    setters.push_back("pod");
    checked.blame(flag, "securityContext.runAsNonRoot");
  }
  const Names containers = bad_containers(checked, [&](const View& container) {
    const View own = container["securityContext"]["runAsNonRoot"];
    if (own.absent() && !flag.flag()) unset.push_back(name_of_container(container));
    return own.present() && !own.flag() ? own : kFine;
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (!setters.empty()) {
    return {"runAsNonRoot != true", join(setters, " and ") + " must not set securityContext.runAsNonRoot=false"};
  }
  if (unset.empty()) return {};
  return {"runAsNonRoot != true", "pod or " + containers_named(unset) + " must set securityContext.runAsNonRoot=true"};
}

Result check_user(Checked& checked) {
  Names setters;
  const View user = checked.security()["runAsUser"];
  if (user.present() && user.integer() == 0) {
    setters.push_back("pod");
    checked.blame(user, "securityContext.runAsUser");
  }
  const Names containers = bad_containers(checked, [](const View& container) {
    const View own = container["securityContext"]["runAsUser"];
    return own.present() && own.integer() == 0 ? own : kFine;
  });
  if (!containers.empty()) setters.push_back(containers_named(containers));
  if (setters.empty()) return {};
  return {"runAsUser=0", join(setters, " and ") + " must not set runAsUser=0"};
}

Result check_seccomp_restricted(Checked& checked) {
  if (checked.minor >= 25 && checked.windows()) return {};
  return check_seccomp(checked, true);
}

}  // namespace podseer::admission::pod_security
