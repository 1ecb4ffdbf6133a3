// SPDX-License-Identifier: Apache-2.0
// A mount with subPath sees that part of its volume, one with an unknown subPathExpr nothing that is known; the
// service account's token is mounted unless pod or account say no; HOME comes from /etc/passwd.
#include "process/container_setup.hpp"

#include <algorithm>

#include "process/expansion.hpp"

namespace podseer::process {
namespace {

using kube::Container;
using kube::PodTemplate;
using kube::Volume;

constexpr std::string_view kTokenMount = "/var/run/secrets/kubernetes.io/serviceaccount";

}  // namespace

Setup::Setup(const PodTemplate& pod, const Container& container, const world::World& world, const PodVolumes& volumes,
             const std::vector<std::string>& shared)
    : image_(find_image(kube::ImageReference::parse(*container.image))),
      environment_(assemble_environment(pod, container, world, image_)),
      files_(image_, *container.security_context->read_only_root_filesystem),
      network_(pod, world),
      commands_(context_) {
  unknown_.root.kind = FileInfo::Kind::Unknown;
  context_.pod = &pod;
  context_.container = &container;
  context_.world = &world;
  context_.image = image_;
  context_.files = &files_;
  context_.commands = &commands_;
  context_.network = &network_;
  context_.credentials = credentials_of(pod, container, image_);
  context_.read_only_root = *container.security_context->read_only_root_filesystem;
  context_.reads_forever = *container.stdin_open || *container.tty;
  context_.binds_low_ports = low_ports_open(pod, world);
  const kube::ResourceAmount* limit = kube::find_resource(container.resources.limits, "memory");
  if (limit == nullptr) limit = kube::find_resource(pod.spec.resources.limits, "memory");
  if (limit != nullptr) context_.memory_limit = std::max<std::int64_t>(limit->amount.units(), 1);
  if (!*pod.spec.host_network && container.init) network_.own_ports_known = true;
  for (const kube::VolumeMount& mount : container.volume_mounts) add_mount(mount, volumes, shared);
  add_token(pod, container, world);
  home();
}

std::string Setup::directory() const {
  const std::string_view written = *context_.container->working_dir;
  if (!written.empty()) return clean_path(written);
  return image_ == nullptr || image_->working_directory.empty() ? "/" : std::string(image_->working_directory);
}

ShellInput Setup::input(Argv argv) const {
  ShellInput in = shell_input(context_);
  in.argv = std::move(argv);
  in.env = environment_.process;
  in.env_complete = environment_.complete;
  in.uid = context_.credentials.uid;
  in.pings = context_.binds_low_ports;  // runtimes open both or neither
  in.cwd = directory();
  return in;
}

void Setup::add_mount(const kube::VolumeMount& mount, const PodVolumes& volumes,
                      const std::vector<std::string>& shared) {
  ContainerFiles::Mount out;
  out.path = std::string(*mount.mount_path);
  out.source = &mount;
  out.read_only = *mount.read_only;
  const auto found = volumes.find(*mount.name);
  out.volume = found == volumes.end() ? &unknown_ : &found->second;
  out.trusted = std::find(shared.begin(), shared.end(), *mount.name) == shared.end();
  std::string inner(*mount.sub_path);
  if (mount.sub_path_expr.set() && !mount.sub_path_expr->empty()) {
    const auto text =
        expand(*mount.sub_path_expr, [this](std::string_view name) { return environment_.kubelet_value(name); });
    if (!text) {
      out.volume = &unknown_;
      files_.mount(std::move(out));
      return;
    }
    inner = *text;
  }
  if (!inner.empty()) {
    out.inner = clean_path(inner).substr(1);
    const auto file = out.volume->files.find(out.inner);
    if (file != out.volume->files.end()) {
      out.is_file = file->second.info.kind == FileInfo::Kind::File;
    } else if (out.volume->complete && !out.inner.empty()) {
      out.made = true;
    }
  }
  files_.mount(std::move(out));
}

void Setup::add_token(const PodTemplate& pod, const Container& container, const world::World& world) {
  if (pod.spec.automount_service_account_token.set() && !*pod.spec.automount_service_account_token) return;
  const std::string_view name =
      pod.spec.service_account_name->empty() ? std::string_view("default") : *pod.spec.service_account_name;
  const kube::Object* account = world.find("ServiceAccount", world.namespace_of(*pod.owner), name);
  if (account != nullptr && !pod.spec.automount_service_account_token.set()) {
    const yaml::Node* automount = account->root->find("automountServiceAccountToken");
    if (automount != nullptr && automount->is_bool() && !automount->as_bool()) return;
  }
  for (const kube::VolumeMount& mount : container.volume_mounts) {
    if (*mount.mount_path == kTokenMount) return;
  }
  token_.kind = Volume::Kind::Projected;
  token_.complete = true;
  token_.read_only = true;
  token_.root = {FileInfo::Kind::Directory, 0755, 0, 0, true, true};
  for (const char* file : {"token", "ca.crt", "namespace"}) {
    token_.files[file] = VolumeFile{{FileInfo::Kind::File, 0644, 0, 0, true, true}, std::nullopt, {}, true};
  }
  ContainerFiles::Mount out;
  out.path = std::string(kTokenMount);
  out.volume = &token_;
  out.read_only = true;
  files_.mount(std::move(out));
}

void Setup::home() {
  const auto found = environment_.process.find("HOME");
  if (found == environment_.process.end() || found->second.kind != Value::Kind::Unknown) return;
  if (environment_.kubelet.find("HOME") != environment_.kubelet.end()) return;
  if (image_ != nullptr && context_.credentials.uid_known && context_.credentials.uid == 0)
    found->second = Value::known("/root");
}

}  // namespace podseer::process
