// SPDX-License-Identifier: Apache-2.0
// Programs that administer the kernel, and what they meet in a container: /proc/sys is mounted read-only unless the
// container is privileged, mounts need CAP_SYS_ADMIN, links and routes CAP_NET_ADMIN, another user CAP_SETUID.
// Worked example: an init container that runs `sysctl -w vm.max_map_count=262144` without `privileged: true` ends
// with 1. Seen with busybox 1.35 and util-linux 2.38 on containerd 1.6; runc gives every unprivileged container the
// same mounts.
#include <algorithm>

#include "process/applets.hpp"

namespace podseer::process {
namespace {

/// Ends soon; nobody knows how, or what it has changed.
int unknown_change(Call& call) {
  call.out(std::string(1, kAny));
  call.world.files.hazy = true;
  call.sh.sleep(call.st, 0, 5);
  return kUnknownStatus;
}

int lacks(Call& call, std::string_view capability, const std::string& what, int status) {
  call.sh.blame(what);
  call.sh.blame_cause(Outcome::Cause::Privileges, std::string(capability));
  return status;
}

bool privileged(const Call& call) { return call.world.input->uid == 0 && call.world.input->capabilities == nullptr; }

int do_sysctl(Call& call) {
  bool writes = false, ignores = false;
  std::string name;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (has_mark(word)) return unknown_change(call);
    if (word.starts_with("-p") || word == "--system" || word.starts_with("--load")) return unknown_change(call);
    if (word == "-w" || word == "--write") writes = true;
    else if (word.starts_with('-')) ignores = ignores || word.find('e') != std::string::npos;
    else if (const std::size_t sign = word.find('='); sign != std::string::npos) {
      writes = true;
      name = word.substr(0, sign);
    }
  }
  if (!writes || name.empty() || call.hazy || ignores || privileged(call)) return unknown_change(call);
  return lacks(call, "SYS_ADMIN",
               "sysctl cannot set " + name + ": /proc/sys is read-only in a container that is not privileged", 1);
}

int do_mount(Call& call) {
  const bool shows = call.argv.size() < 2 || call.argv[1] == "-l" || call.argv[1] == "-h" || call.argv[1] == "--help" ||
                     call.argv[1] == "-V" || call.argv[1] == "--version";
  if (shows || call.hazy || may_use(call, "SYS_ADMIN")) return unknown_change(call);
  return lacks(call, "SYS_ADMIN", call.argv[0] + " needs CAP_SYS_ADMIN: permission denied", gnu(call) ? 32 : 1);
}

int do_ip(Call& call) {
  static constexpr std::string_view kChanges[] = {"add",    "del",     "delete", "set",
                                                  "change", "replace", "append", "flush"};
  const auto changes = [&](const std::string& word) {
    return std::find(std::begin(kChanges), std::end(kChanges), word) != std::end(kChanges);
  };
  std::vector<std::string> words;
  for (std::size_t i = 1; i < call.argv.size(); ++i)
    if (!call.argv[i].starts_with('-')) words.push_back(call.argv[i]);
  if (words.size() < 3 || !changes(words[1]) || words[0] == "netns" || call.hazy || may_use(call, "NET_ADMIN"))
    return unknown_change(call);
  return lacks(call, "NET_ADMIN", "ip " + words[0] + " " + words[1] + ": Operation not permitted", 2);
}

int do_setpriv(Call& call) {
  const bool user = std::any_of(call.argv.begin(), call.argv.end(), [](const std::string& word) {
    return word.starts_with("--reuid") || word.starts_with("--ruid") || word.starts_with("--euid");
  });
  if (!user || call.hazy || may_use(call, "SETUID")) call.world.give_up();
  return lacks(call, "SETUID", "setpriv may not change the user: Operation not permitted", 127);
}

}  // namespace

void add_admin_programs(ProgramTable& table) {
  table["sysctl"] = do_sysctl;
  table["mount"] = do_mount;
  table["umount"] = do_mount;
  table["ip"] = do_ip;
  table["setpriv"] = do_setpriv;
}

}  // namespace podseer::process
